import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, extname, resolve, sep } from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { LoginPath } from './login-shell.ts';

/** What is looked for, and where. */
export interface Lookup {
  /** The server's name, for messages. */
  readonly server: string;
  readonly command: string;
  /** Absolute; relative paths begin here. */
  readonly cwd: string;
  /** The PATH and PATHEXT that the server itself will see. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the entry names it. */
  readonly where?: string | undefined;
  /** Asks for the PATH of the user's terminals; absent where the entry says what PATH is. */
  readonly loginPath?: (() => Promise<LoginPath>) | undefined;
}

/** A command that was found. */
export interface FoundCommand {
  /** Absolute: the one program that is then started, and named to people. */
  readonly file: string;
  /** The PATH that led to it. */
  readonly path: string | undefined;
}

/**
 * The folder that a server runs in, absolute.
 * @throws FOLDER_MISSING. Left to spawn, this would be told as a missing command.
 */
export async function resolveFolder(
  server: string,
  base: string,
  cwd = '.',
  where?: string,
): Promise<string> {
  const folder = resolve(base, cwd);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new SwitchyardError(
    'FOLDER_MISSING',
    { server, folder },
    { ...at(where), ...(found && { why: 'it is a file' }) },
  );
}

/**
 * The file that a command means: looked for in the PATH that the server is to have, then in that of the user's login
 * shell, which it has instead if the command is there.
 * @throws COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE.
 */
export async function resolveCommand(lookup: Lookup): Promise<FoundCommand> {
  const { command, environment } = lookup;
  const own = await search(lookup, environment['PATH']);
  if (own.kind === 'found') return own;
  const login = isPath(command) || isLine(command) ? undefined : await lookup.loginPath?.();
  if (login?.kind === 'known') {
    const other = await search(lookup, login.path);
    if (other.kind === 'found') return other;
    if (other.kind === 'hindered' && own.kind === 'absent') throw other.error;
  }
  if (own.kind === 'hindered') throw own.error;
  throw notFound(lookup, login);
}

type Search =
  | ({ readonly kind: 'found' } & FoundCommand)
  | { readonly kind: 'hindered'; readonly error: SwitchyardError }
  | { readonly kind: 'absent' };

async function search(lookup: Lookup, path: string | undefined): Promise<Search> {
  let hindered: Search | undefined;
  for (const file of candidates(lookup, path)) {
    const hindrance = await hindranceOf(file);
    if (hindrance === undefined) return { kind: 'found', file, path };
    if (hindrance === 'absent') continue;
    const error = new SwitchyardError(
      'COMMAND_NOT_EXECUTABLE',
      { server: lookup.server, command: file, reason: hindrance },
      at(lookup.where),
    );
    hindered ??= { kind: 'hindered', error };
  }
  return hindered ?? { kind: 'absent' };
}

const isPath = (command: string) => command.includes('/') || command.includes(sep);
/** A whole command line where an executable belongs. */
const isLine = (command: string) => /\s/.test(command.trim());

/** The files that may be meant, in the order of preference. An empty entry of PATH would mean the folder: it does not. */
function candidates({ command, cwd, environment }: Lookup, path = ''): string[] {
  const folders = isPath(command) ? ['.'] : path.split(delimiter).filter(Boolean);
  const files = folders.map((folder) => resolve(cwd, folder, command));
  if (process.platform !== 'win32' || extname(command) !== '') return files;
  const endings = (environment['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(delimiter);
  return files.flatMap((file) => endings.map((ending) => file + ending));
}

/** Why a file cannot be started; `absent` if there is none, undefined if it can. */
async function hindranceOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return 'absent';
  if (!found.isFile()) return 'it is a folder';
  return access(file, constants.X_OK).then(
    () => undefined,
    () => 'there is no permission to execute it',
  );
}

function notFound(
  { server, command, cwd, environment, where }: Lookup,
  login: LoginPath | undefined,
): SwitchyardError {
  const first = command.trim().split(/\s/)[0];
  if (first !== undefined && first !== command) {
    // Whoever writes a whole line here may have written a token into it: only its first word is repeated.
    return new SwitchyardError(
      'COMMAND_NOT_FOUND',
      { server, command: `${first} …` },
      {
        ...at(where),
        why: 'there are spaces in it; command must be one executable, and no shell reads it',
        remedy: `put arguments in args: "command": "${first}", "args": [ … ]`,
      },
    );
  }
  const path = environment['PATH'];
  const searched = path ? `PATH searched: ${path}` : 'the server has no PATH to search';
  const why = isPath(command)
    ? `there is no file ${resolve(cwd, command)}`
    : [searched, ...(login === undefined ? [] : searchedBy(login))].join('; ');
  return new SwitchyardError('COMMAND_NOT_FOUND', { server, command }, { ...at(where), why });
}

function searchedBy(login: LoginPath): readonly string[] {
  switch (login.kind) {
    case 'known':
      return [`and the PATH of the login shell (${login.shell}): ${login.path}`];
    case 'unknown':
      return [`the login shell (${login.shell}) ${login.reason}`];
    case 'nobody':
      return [];
  }
}

function at(where: string | undefined): { readonly where?: string } {
  return where === undefined ? {} : { where };
}
