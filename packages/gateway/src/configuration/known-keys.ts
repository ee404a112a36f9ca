import { ServerEntry } from './server-schema.ts';

/** Keys of a server entry that are understood. */
export const SERVER_KEYS: readonly string[] = Object.keys(ServerEntry.entries);

/** Keys that other clients write for themselves: accepted, shown at most, never acted on. */
export const SHOWN_SERVER_KEYS: ReadonlySet<string> = new Set([
  'description',
  'icon',
  'gallery',
  'version',
  'metadata',
  'dev',
  'alwaysAllow',
  'autoApprove',
  'trust',
]);

/** Keys with a meaning that this version cannot give them: the server is not started rather than half obeyed. */
export const LATER_SERVER_KEYS: ReadonlySet<string> = new Set([
  ...['bearer_token_env_var', 'oauth', 'tls'],
  ...['sandbox', 'sandboxEnabled', 'tags', 'resetTimeoutOnProgress', 'era', 'restart'],
  ...['includeTools', 'excludeTools', 'enabled_tools', 'disabled_tools'],
  ...['disabledTools', 'deferTools', 'roots', 'wiretap'],
]);

/** Keys above the servers with a meaning that this version cannot give them, as paths. */
export const LATER_KEYS: ReadonlySet<string> = new Set([
  ...['extends', 'serverDefaults', 'catalog', 'profiles', 'routing', 'secrets'],
  ...['listen.socket', 'logging.format', 'logging.dir', 'logging.redact'],
  ...[
    'limits.maxConcurrent',
    'limits.queue',
    'limits.ratePerSecond',
    'limits.maxRequestBytes',
    'limits.maxMemory',
  ],
]);

/** Whether a value asks for nothing, so that ignoring its key ignores nothing. */
export function asksForNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Where other clients write their servers, and what to do with that. */
export const FOREIGN_KEYS: ReadonlyMap<string, string> = new Map(
  ['mcp_servers', 'context_servers', 'mcp', 'mcp.servers', 'extensions', 'amp.mcpServers'].map((key) => [
    key,
    `another client keeps its servers under "${key}": put them into "mcpServers": { "<name>": { "command": …, "args": [ … ] } }`,
  ]),
);
