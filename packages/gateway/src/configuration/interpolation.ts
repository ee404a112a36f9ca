import { homedir } from 'node:os';
import { SwitchyardError } from '@switchyard/plugin-api';

/** Puts variables into one text. `where` is the place of the text, for messages. */
export type Expand = (text: string, where: string) => string;

/** `$$`, or `${`, its inside and, unless the text ends before it, `}`. */
const REFERENCE = /\$\$|\$\{([^}]*)(\}?)/g;
const VARIABLE = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
/** Forms that other clients or later versions know. */
const LATER = /^(input|secret|file|cmd|command|config|workspaceFolder|configDir)(:|$)/;

/** What to write in their place. */
const INSTEAD: Readonly<Record<string, string>> = {
  input: 'nobody is asked here: put the value into an environment variable and write "${ITS_NAME}"',
  workspaceFolder: 'write a path that is relative to this file, or a full one',
};

/**
 * Understands `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `${userHome}` and `$$`; a bare `$VAR` is left as it is, as in
 * the clients that these files come from.
 * @param owner whom an error is about: a server's name, or a key.
 * @param put is told of each variable whose value was put in.
 * @returns a function that throws VARIABLE_MISSING, KEY_NOT_SUPPORTED or SERVER_INVALID; never with a value in it.
 */
export function expander(
  owner: string,
  env: NodeJS.ProcessEnv,
  put: (variable: string, value: string) => void,
): Expand {
  return (text, where) =>
    text.replace(REFERENCE, (whole, inside: string | undefined, end: string | undefined) => {
      if (inside === undefined) return '$';
      if (end === '') throw malformed(owner, 'a "${" has no "}"', where);
      if (inside === 'userHome') return env['HOME'] ?? env['USERPROFILE'] ?? homedir();
      const [, form] = LATER.exec(inside) ?? [];
      if (form !== undefined) {
        const remedy = INSTEAD[form];
        const more = remedy === undefined ? { where } : { where, remedy };
        throw new SwitchyardError('KEY_NOT_SUPPORTED', { server: owner, key: whole }, more);
      }

      const [, variable, fallback] = VARIABLE.exec(inside) ?? [];
      if (variable === undefined) throw malformed(owner, 'the name in a "${…}" is no variable', where);
      const value = env[variable];
      // As in a shell: `:-` also stands in for a variable that is empty.
      if (fallback !== undefined && (value === undefined || value === '')) return fallback;
      if (value === undefined)
        throw new SwitchyardError('VARIABLE_MISSING', { server: owner, variable }, { where });
      put(variable, value);
      return value;
    });
}

function malformed(server: string, reason: string, where: string): SwitchyardError {
  return new SwitchyardError(
    'SERVER_INVALID',
    { server, reason },
    {
      where,
      remedy: 'write ${NAME} or ${NAME:-default}; for a "${" that is meant as it stands, write "$${"',
    },
  );
}
