import { createHash } from 'node:crypto';
import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import * as v from 'valibot';
import type { ServerConfiguration } from './configuration.ts';
import { didYouMean, nearestWord } from './did-you-mean.ts';
import { readEnvFile } from './env-file.ts';
import { expander, type Expand } from './interpolation.ts';
import { describeIssue } from './issue.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { asksForNothing, LATER_SERVER_KEYS, SERVER_KEYS, SHOWN_SERVER_KEYS } from './known-keys.ts';
import { doubtOf, launchOf, launchWords } from './launch.ts';
import { isPlainObject } from './plain-object.ts';
import { looksLikeSecret } from './secret-literal.ts';
import { isTimeoutInSeconds, ServerEntry } from './server-schema.ts';
import { inPlainWords, plainKey, seemingTransport, serverTarget } from './server-target.ts';
import { pathText, type Path, type SourceDocument } from './source-document.ts';

/** What to do about a key that is not built yet, where there is another way. */
const INSTEAD: Readonly<Record<string, string>> = {
  bearer_token_env_var: 'write "headers": { "Authorization": "Bearer ${THE_VARIABLE}" }',
};
/** What to do about a key that has another kind of value in other clients. */
const OTHER_SHAPE: Readonly<Record<string, string>> = {
  command:
    'write the program alone, and its arguments beside it: "command": "npx", "args": ["-y", "a-server"]',
  args: 'write a list with one text for each argument: "args": ["--port", "80"]; no shell splits them',
};
/** The dialect before Streamable HTTP (2024-11-05, transports, HTTP with SSE). */
const INSTEAD_OF_SSE =
  'the older dialect HTTP+SSE comes later: give the Streamable HTTP address of the server with "type": "http", or reach it through a command: "command": "npx", "args": ["-y", "mcp-remote", "<its URL>"]';

/** What an entry is read with. */
export interface ServerContext {
  readonly source: SourceDocument;
  /** Absolute; a relative `envFile` begins here. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly warn: (warning: SwitchyardError) => void;
  readonly secrets: KnownSecrets;
  /** Is told of each file that the entry is read with, whether it can be read or not. */
  readonly noteFile: (file: string) => void;
}

type Settled = Omit<ServerConfiguration, 'name' | 'where' | 'places' | 'enabled' | 'problem' | 'digest'>;

const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/;
/** Launchers may install something first, which a budget made for starting cannot hold. */
const LAUNCHER_STARTUP_MS = 120_000;

const DEFAULTS: Settled = {
  target: {},
  start: 'eager',
  reload: 'make-first',
  limits: {},
  breaker: { failures: 5, windowMs: 30_000, cooldownMs: 5_000 },
  retrySafe: [],
  startupTimeoutMs: 30_000,
  timeoutMs: 60_000,
  sharing: 'principal',
};

/**
 * Reads one server entry. It never throws for what is in the entry: a bad one comes back with its `problem`, because
 * one server's mistake must not stop the others. A disabled entry is not examined, since nothing will be done with it.
 */
export function readServer(
  name: string,
  at: Path,
  entry: unknown,
  context: ServerContext,
): ServerConfiguration {
  const raw = isPlainObject(entry) ? entry : {};
  const identity = {
    name,
    where: context.source.line(at),
    places: placesIn(at, context.source),
    enabled: raw['enabled'] !== false && raw['disabled'] !== true,
  };
  const complete = (settled: Settled, problem?: SwitchyardError): ServerConfiguration => ({
    ...identity,
    ...settled,
    ...(problem === undefined ? {} : { problem }),
    digest: digestOf(problem === undefined ? connectionOf(settled, identity.enabled) : entry),
  });
  const seeming = seemingTransport(raw);
  const unread = seeming === undefined ? DEFAULTS : { ...DEFAULTS, transport: seeming };
  if (!identity.enabled) return complete(unread);
  try {
    return complete(settle(name, at, entry, context));
  } catch (error) {
    if (!SwitchyardError.is(error)) throw error;
    return complete(unread, error);
  }
}

function settle(name: string, at: Path, entry: unknown, context: ServerContext): Settled {
  const { source, env, warn, secrets } = context;
  const shownName = name.length > 63 ? `${name.slice(0, 62)}…` : name;
  const invalid = (reason: string, below: Path = [], why?: string, remedy?: string): SwitchyardError =>
    source.error(
      'SERVER_INVALID',
      [...at, ...below],
      { server: shownName, reason },
      { ...(why !== undefined && { why }), ...(remedy !== undefined && { remedy }) },
    );

  if (!SERVER_NAME.test(name)) {
    throw invalid(
      'a server name has 1 to 63 letters, digits, spaces, "." "_" "-", and begins with a letter or digit',
    );
  }
  if (!isPlainObject(entry)) throw invalid('expected an object with "command" or "url"');

  const unknown = unknownKeys(source.keys(at));
  for (const key of unknown) {
    const details = { key, suggestion: didYouMean(key, SERVER_KEYS) };
    warn(source.error('CONFIG_UNKNOWN_KEY', [...at, key], details));
  }

  const checked = v.safeParse(ServerEntry, entry, { abortEarly: true });
  if (!checked.success) {
    const issue = describeIssue(checked.issues[0]);
    const remedy = issue.path.length === 1 ? OTHER_SHAPE[String(issue.path[0])] : undefined;
    throw invalid(`${pathText(issue.path)}: ${issue.reason}`, issue.path, undefined, remedy);
  }
  const target = serverTarget(checked.output);
  if (typeof target === 'string') {
    const misspelt = unknown.find((key) => nearestWord(key, SERVER_KEYS) !== undefined);
    const why = misspelt && `unknown key "${misspelt}"${didYouMean(misspelt, SERVER_KEYS)}`;
    throw invalid(target, [], why);
  }
  const notSupported = (key: string, shown: string, remedy?: string, below: Path = []): SwitchyardError =>
    source.error(
      'KEY_NOT_SUPPORTED',
      [...at, key, ...below],
      { server: shownName, key: shown },
      remedy === undefined ? {} : { remedy },
    );
  const later = source.keys(at).find((key) => LATER_SERVER_KEYS.has(key) && !asksForNothing(entry[key]));
  if (later !== undefined) throw notSupported(later, later, INSTEAD[later]);
  const laterTool = Object.entries(checked.output.tools ?? {}).find(
    ([key, value]) => key !== 'retrySafe' && !asksForNothing(value),
  );
  if (laterTool) throw notSupported('tools', `tools.${laterTool[0]}`, undefined, [laterTool[0]]);
  if (checked.output.type === 'sse') throw notSupported('type', 'type: sse', INSTEAD_OF_SSE);

  const base = target.from === undefined ? at : [...at, target.from];
  warnOfSecrets(target.target, base, source, warn);
  const expand = expander(shownName, env, secrets.addVariable);
  const {
    startupTimeout,
    idleTimeout,
    startup_timeout_sec: startupSeconds,
    tool_timeout_sec: toolSeconds,
  } = checked.output;
  const { timeout, start, reload, sharing, prefix, limits, breaker, tools } = checked.output;
  const { command, args, env: ownEnv, envFile } = checked.output;
  if (isTimeoutInSeconds(entry['timeout'])) {
    const place = [...at, 'timeout'];
    warn(source.error('CONFIG_TIMEOUT_UNIT', place, { key: pathText(place), value: entry['timeout'] }));
  }
  const written = inPlainWords(target, expandAll(target.target, base, expand, source));
  const variables = envFile === undefined ? {} : fileVariables(shownName, at, envFile, expand, context);
  const plainTarget = withVariables(written, variables);
  secrets.addFrom(plainTarget);
  const launch = command === undefined ? undefined : launchOf(command, args ?? [], { ...ownEnv });
  if (launch !== undefined && launch.missing.length > 0) {
    const place = [...at, args === undefined ? 'command' : 'args'];
    const { options, why, shownArgs } = launchWords(launch);
    const details = { server: shownName, launcher: launch.launcher, options, args: shownArgs };
    warn(source.error('LAUNCHER_OPTION_MISSING', place, details, { why }));
  }
  return {
    ...(target.transport === undefined ? {} : { transport: target.transport }),
    target: plainTarget,
    start: start ?? DEFAULTS.start,
    reload: reload ?? DEFAULTS.reload,
    limits: limits ?? DEFAULTS.limits,
    breaker: breakerPolicy(breaker),
    retrySafe: tools?.retrySafe ?? DEFAULTS.retrySafe,
    startupTimeoutMs:
      startupTimeout ??
      inMs(startupSeconds) ??
      (launch === undefined ? DEFAULTS.startupTimeoutMs : LAUNCHER_STARTUP_MS),
    ...(idleTimeout === undefined ? {} : { idleTimeoutMs: idleTimeout }),
    timeoutMs: timeout ?? inMs(toolSeconds) ?? DEFAULTS.timeoutMs,
    ...(prefix === undefined || prefix === true ? {} : { prefix: prefix === false ? '' : prefix }),
    sharing: sharing ?? DEFAULTS.sharing,
    ...doubtOf(launch),
  };
}

/** The numbers of a breaker; those that an entry does not have are the usual ones. */
function breakerPolicy(written: ServerEntry['breaker']): ServerConfiguration['breaker'] {
  if (written === false || DEFAULTS.breaker === false) return false;
  const { failures, windowMs, cooldownMs } = DEFAULTS.breaker;
  return {
    failures: written?.failures ?? failures,
    windowMs: written?.window ?? windowMs,
    cooldownMs: written?.cooldown ?? cooldownMs,
  };
}

/** What a connection is made of: everything else is taken over by connections that run. */
function connectionOf({ transport, target, sharing }: Settled, enabled: boolean): unknown {
  return { transport, target, sharing, enabled };
}

/** A target with the variables of a file behind those that the entry itself names. */
function withVariables(
  target: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  if (Object.keys(variables).length === 0) return target;
  return { ...target, env: { ...variables, ...(isPlainObject(target['env']) ? target['env'] : {}) } };
}

/** What a file sets in the environment of a server. Its values are taken as they stand: no variables in them. */
function fileVariables(
  server: string,
  at: Path,
  written: string,
  expand: Expand,
  { source, folder, noteFile }: ServerContext,
): Readonly<Record<string, string>> {
  const place = [...at, 'envFile'];
  const file = path.resolve(folder, expand(written, source.place(place)));
  noteFile(file);
  const read = readEnvFile(file);
  if (!('reason' in read)) return Object.fromEntries(read);
  throw source.error('ENV_FILE_UNUSABLE', place, { server, file, reason: read.reason });
}

/** A transport knows its keys, whether they stand in the entry or in its `options`. */
function placesIn(at: Path, source: SourceDocument): Readonly<Record<string, string>> {
  const options = [...at, 'options'];
  return Object.fromEntries([
    ...source.keys(at).map((key) => [plainKey(key), source.place([...at, key])]),
    ...source.keys(options).map((key) => [key, source.place([...options, key])]),
  ]);
}

function unknownKeys(keys: readonly string[]): readonly string[] {
  return keys.filter(
    (key) => !SERVER_KEYS.includes(key) && !SHOWN_SERVER_KEYS.has(key) && !LATER_SERVER_KEYS.has(key),
  );
}

/** Variables in every text below; keys and other values stay. */
function expandAll(value: unknown, at: Path, expand: Expand, source: SourceDocument): unknown {
  if (typeof value === 'string') return value.includes('$') ? expand(value, source.place(at)) : value;
  if (Array.isArray(value))
    return value.map((item, index) => expandAll(item, [...at, index], expand, source));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expandAll(item, [...at, key], expand, source)]),
  );
}

function warnOfSecrets(value: unknown, at: Path, source: SourceDocument, warn: ServerContext['warn']): void {
  if (typeof value === 'string') {
    if (looksLikeSecret(value)) warn(source.error('CONFIG_SECRET_LITERAL', at, { key: pathText(at) }));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => warnOfSecrets(item, [...at, index], source, warn));
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) warnOfSecrets(item, [...at, key], source, warn);
  }
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1_000);
}

function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('hex')
    .slice(0, 16);
}
