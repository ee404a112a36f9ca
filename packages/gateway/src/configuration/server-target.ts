import type { ServerEntry } from './server-schema.ts';
import { didYouMean } from './did-you-mean.ts';

/** By which transport a server is reached, and what that transport gets. */
export interface ServerTarget {
  readonly transport?: string;
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

const COMMAND_KEYS = ['command', 'args', 'env', 'cwd', 'inheritEnv', 'type'] as const;

/**
 * Decides how a server is reached; a string says why that cannot be told.
 * @param hasUrl whether the entry has a URL, in whatever spelling.
 */
export function serverTarget(entry: ServerEntry, hasUrl: boolean): ServerTarget | string {
  const { command, type, transport, options } = entry;
  if (command !== undefined && hasUrl) return 'give exactly one of "command" or "url"';
  if (transport !== undefined && hasUrl) return `put the URL of transport "${transport}" into "options"`;
  if (type !== undefined && transport !== undefined) return 'give "type" or "transport", not both';

  const kind = transport ?? (type === undefined ? undefined : KIND_OF_TYPE[type]);
  if (type !== undefined && kind === undefined) {
    const hint = didYouMean(type, Object.keys(KIND_OF_TYPE));
    return `type ${JSON.stringify(type.slice(0, 40))} is not known${hint}; a plugin's kind goes into "transport"`;
  }
  if (command !== undefined) {
    if (kind === 'http' || kind === 'sse')
      return `type "${type ?? kind}" goes with "url", not with "command"`;
    if (options !== undefined) return 'give "command" or "options", not both';
    return { ...(kind === undefined ? {} : { transport: kind }), target: commandTarget(entry) };
  }
  const stray = COMMAND_KEYS.find((key) => key !== 'type' && entry[key] !== undefined);
  if (transport !== undefined) {
    if (stray !== undefined)
      return `"${stray}" goes with "command"; what transport "${transport}" needs goes into "options"`;
    return { transport, target: options ?? {}, from: 'options' };
  }
  if (hasUrl) return { transport: kind ?? 'http', target: {} };
  if (options !== undefined) return '"options" goes with "transport"';
  return 'give exactly one of "command" or "url", or "transport" with "options"';
}

function commandTarget(entry: ServerEntry): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    COMMAND_KEYS.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]]),
  );
}
