import { Secret } from '@switchyard/plugin-api';
import { GATEWAY_VARIABLE } from './orphans.ts';
import type { StdioTarget } from './target.ts';

/** What every server inherits: enough to find programs, a home, a language and a place for temporary files. */
const INHERITED = new Set(
  `PATH HOME USER LOGNAME SHELL TERM LANG TZ TMPDIR TEMP TMP
   SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERNAME USERPROFILE HOMEDRIVE HOMEPATH
   APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROCESSOR_ARCHITECTURE`.split(/\s+/),
);

/** Ours, the admin token among them: no server gets these, whatever it is to inherit. */
const OWN = /^SWITCHYARD_/;

/** What a server's environment is made of. */
export interface EnvironmentParts {
  /** The gateway's own environment. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly inherit: StdioTarget['inheritEnv'];
  readonly declared: StdioTarget['env'];
  readonly runId: string;
  /** See orphans.ts. */
  readonly gateway?: string | undefined;
  readonly server: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * The environment of a server: a short list of inherited variables, those it declares, and a marker by which whatever
 * it leaves behind is recognised. Everything else stays with the gateway: it holds the secrets of all servers.
 */
export function childEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { inherited, inherit, declared, runId, gateway, server, platform = process.platform } = parts;
  const nameOf = naming(platform);
  const environment = inheritedVariables(inherited, inherit, platform);
  for (const [key, value] of Object.entries(declared)) {
    if (value === null) delete environment[nameOf(key)];
    else environment[nameOf(key)] = Secret.is(value) ? value.reveal() : String(value);
  }
  const marker = gateway === undefined ? {} : { [GATEWAY_VARIABLE]: gateway };
  return { ...environment, ...marker, SWITCHYARD_RUN_ID: runId, SWITCHYARD_SERVER: server };
}

/** Windows ignores case in these names; "Path" there is "PATH" here, or a child would get both. */
function naming(platform: NodeJS.Platform): (name: string) => string {
  return platform === 'win32' ? (name) => name.toUpperCase() : (name) => name;
}

/** What of the gateway's own environment others get: never what is ours. */
export function inheritedVariables(
  inherited: EnvironmentParts['inherited'],
  inherit: EnvironmentParts['inherit'] = false,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const nameOf = naming(platform);
  const wanted = new Set(Array.isArray(inherit) ? inherit.map(nameOf) : []);
  const variables: Record<string, string> = {};
  for (const [key, value] of Object.entries(inherited)) {
    const name = nameOf(key);
    if (value === undefined || OWN.test(name)) continue;
    if (inherit === true || wanted.has(name) || INHERITED.has(name) || name.startsWith('LC_'))
      variables[name] = value;
  }
  return variables;
}
