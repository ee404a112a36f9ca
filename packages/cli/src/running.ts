import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { Instance } from '@switchyard/gateway';
import { configurationFile } from './configuration-file.ts';
import { instanceRuns } from './process-identity.ts';
import { stateDir } from './state-dir.ts';
import type { Terminal } from './terminal.ts';
import { shownPath } from './words.ts';

/** What the flags say of the gateway to speak to. */
export interface RunningOptions {
  readonly url?: string;
  readonly config?: string;
  readonly stateDir?: string;
}

/** A gateway that can be spoken to. */
export interface Running {
  /** Where MCP clients come in. */
  readonly mcp: string;
  /** Where `/status` is, without a path. */
  readonly admin: string;
  /** The token that opens `/status`, if it is known. */
  readonly adminToken?: string;
}

/**
 * Finds the gateway that the flags name, else the one that serves the configuration.
 * @throws NOT_RUNNING, USAGE for a bad `--url`, CONFIG_MISSING.
 */
export async function findRunning(options: RunningOptions, terminal: Terminal): Promise<Running> {
  const fromEnv = terminal.env['SWITCHYARD_ADMIN_TOKEN'] || undefined;
  if (options.url !== undefined) {
    const folder = options.stateDir && path.resolve(terminal.cwd, options.stateDir);
    // A token of this machine is not sent to a URL that somebody typed, unless they say whose it is.
    return { ...atUrl(options.url), ...withToken(fromEnv ?? (folder && (await adminToken(folder)))) };
  }
  const { config, folder, instance } = await findInstance(options, terminal);
  const mcp = instance.endpoints.find(({ kind }) => kind === 'http')?.url;
  if (mcp === undefined)
    throw new SwitchyardError('NOT_RUNNING', { config }, { why: 'the one that runs has no HTTP door' });
  return {
    mcp,
    admin: instance.admin ?? new URL(mcp).origin,
    ...withToken(fromEnv ?? (await adminToken(folder))),
  };
}

/** A running instance, and where it keeps its state. */
export interface FoundInstance {
  readonly instance: Instance;
  readonly folder: string;
  /** What it serves, as a person would type it. */
  readonly config: string;
}

/**
 * Finds the instance that serves the configuration.
 * @throws NOT_RUNNING, CONFIG_MISSING.
 */
export async function findInstance(
  options: Omit<RunningOptions, 'url'>,
  terminal: Terminal,
): Promise<FoundInstance> {
  const { folder, configuration } = stateFolder(options, terminal);
  const config = configuration === undefined ? folder : shownPath(configuration, terminal);
  const instance = await readInstance(folder);
  if (instance === undefined) throw new SwitchyardError('NOT_RUNNING', { config });
  if (!(await instanceRuns(folder, instance.pid))) {
    throw new SwitchyardError(
      'NOT_RUNNING',
      { config },
      { why: `the last one had pid ${instance.pid} and is gone` },
    );
  }
  return { instance, folder, config };
}

/**
 * The state directory that the flags mean, and the configuration, unless the directory alone is named.
 * @throws CONFIG_MISSING.
 */
export function stateFolder(
  options: Omit<RunningOptions, 'url'>,
  terminal: Terminal,
): { readonly folder: string; readonly configuration: string | undefined } {
  const configuration = configurationOf(options, terminal);
  const flag = options.stateDir === undefined ? {} : { flag: options.stateDir };
  return { folder: stateDir({ ...flag, configuration: configuration ?? '' }, terminal), configuration };
}

/** What a running gateway left in its state directory; undefined if there is none. */
export async function readInstance(folder: string): Promise<Instance | undefined> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'instance.json'), 'utf8')) as Instance;
  } catch {
    return undefined;
  }
}

/** A state directory that is named needs no configuration beside it. */
function configurationOf(options: RunningOptions, terminal: Terminal): string | undefined {
  const { config, stateDir: folder = terminal.env['SWITCHYARD_STATE_DIR'] } = options;
  return config === undefined && folder ? undefined : configurationFile(options, terminal);
}

function atUrl(text: string): { readonly mcp: string; readonly admin: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SwitchyardError('USAGE', { what: '--url must be like http://127.0.0.1:4620' });
  }
  return { mcp: url.pathname === '/' ? `${url.origin}/mcp` : url.href, admin: url.origin };
}

async function adminToken(folder: string): Promise<string | undefined> {
  const token = await readFile(path.join(folder, 'admin-token'), 'utf8').catch(() => undefined);
  return token?.trim();
}

function withToken(token: string | undefined): Pick<Running, 'adminToken'> {
  return token ? { adminToken: token } : {};
}
