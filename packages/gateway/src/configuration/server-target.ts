import { didYouMean } from './did-you-mean.ts';
import { asksForNothing } from './known-keys.ts';
import type { ServerEntry } from './server-schema.ts';

/** By which transport a server is reached, and what that transport gets. */
export interface ServerTarget {
  readonly transport?: string;
  /** By the keys that the entry has. */
  readonly target: Readonly<Record<string, unknown>>;
  /** The key that `target` came from; absent where it is the entry itself. */
  readonly from?: 'options';
}

/** What clients write for `type`, by the transport that it means. */
const KIND_OF_TYPE: Readonly<Record<string, string>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'http',
  'streamable-http': 'http',
  streamableHttp: 'http',
  streamable_http: 'http',
  remote: 'http',
  sse: 'sse',
};

/** How much of what somebody wrote is repeated. */
const SHOWN = 40;
const COMMAND_KEYS = ['command', 'args', 'env', 'cwd', 'inheritEnv', 'type'] as const;
/** Keys that a command alone can have. */
const BESIDE_COMMAND = ['args', 'env', 'envFile', 'cwd', 'inheritEnv'] as const;
/** The keys that say where a remote server is, and what is sent to it, in the spellings of all clients. */
const URL_KEYS = ['url', 'serverUrl', 'httpUrl'] as const;
const HEADER_KEYS = ['headers', 'http_headers'] as const;

/** Our own word for each key of a target that clients spell differently. */
const PLAIN_KEY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(URL_KEYS.map((key) => [key, 'url'])),
  ...Object.fromEntries(HEADER_KEYS.map((key) => [key, 'headers'])),
};

/** Decides how a server is reached; a string says why that cannot be told. */
export function serverTarget(entry: ServerEntry): ServerTarget | string {
  const { command, type, transport, options } = entry;
  const urls = URL_KEYS.filter((key) => entry[key] !== undefined);
  const headers = HEADER_KEYS.filter((key) => entry[key] !== undefined && !asksForNothing(entry[key]));
  const hasUrl = urls.length > 0;
  if (command !== undefined && hasUrl) return 'give exactly one of "command" or "url"';
  if (transport !== undefined && hasUrl) return `put the URL of transport "${transport}" into "options"`;
  if (urls.length > 1) return `give "${urls[0]}" or "${urls[1]}", not both`;
  if (headers.length > 1) return 'give "headers" or "http_headers", not both';
  if (type !== undefined && transport !== undefined) return 'give "type" or "transport", not both';

  const kind = transport ?? (type === undefined ? undefined : KIND_OF_TYPE[type]);
  if (type !== undefined && kind === undefined) {
    const hint = didYouMean(type, Object.keys(KIND_OF_TYPE));
    return `type ${JSON.stringify(type.slice(0, SHOWN))} is not known${hint}; a plugin's kind goes into "transport"`;
  }
  if (command !== undefined) {
    if (kind === 'http' || kind === 'sse')
      return `type "${type ?? kind}" goes with "url", not with "command"`;
    if (options !== undefined) return 'give "command" or "options", not both';
    if (headers.length > 0) return `"${headers[0]}" goes with "url"; a command has "env"`;
    return { ...(kind === undefined ? {} : { transport: kind }), target: pick(entry, COMMAND_KEYS) };
  }
  const stray = BESIDE_COMMAND.find((key) => entry[key] !== undefined);
  if (transport !== undefined) {
    const place = stray === undefined ? '"url"' : '"command"';
    const other = stray ?? headers[0];
    if (other !== undefined)
      return `"${other}" goes with ${place}; what transport "${transport}" needs goes into "options"`;
    return { transport, target: options ?? {}, from: 'options' };
  }
  if (hasUrl) {
    if (kind === 'stdio') return `type "${type ?? kind}" goes with "command", not with "url"`;
    if (stray !== undefined && !asksForNothing(entry[stray]))
      return `"${stray}" goes with "command", not with "url"`;
    if (options !== undefined) return 'give "url" or "options", not both';
    return { transport: kind ?? 'http', target: pick(entry, [...urls, ...headers]) };
  }
  if (options !== undefined) return '"options" goes with "transport"';
  return 'give exactly one of "command" or "url", or "transport" with "options"';
}

/** The transport that an entry seems to want, right or wrong: all that people see of one that is not examined. */
export function seemingTransport(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { transport, type } = entry;
  if (typeof transport === 'string') return transport.slice(0, SHOWN);
  if (typeof type === 'string' && Object.hasOwn(KIND_OF_TYPE, type)) return KIND_OF_TYPE[type];
  if ('command' in entry) return 'stdio';
  return URL_KEYS.some((key) => key in entry) ? 'http' : undefined;
}

/** A target under the words that its transport knows, whatever the client of its entry calls them. */
export function inPlainWords({ from }: ServerTarget, target: unknown): Readonly<Record<string, unknown>> {
  const entries = Object.entries(target as Readonly<Record<string, unknown>>);
  if (from !== undefined) return Object.fromEntries(entries);
  return Object.fromEntries(entries.map(([key, value]) => [plainKey(key), value]));
}

/** Our own word for a key of an entry. */
export function plainKey(key: string): string {
  return PLAIN_KEY[key] ?? key;
}

function pick(entry: ServerEntry, keys: readonly (keyof ServerEntry)[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]]));
}
