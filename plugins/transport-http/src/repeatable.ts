import type { WireMessage } from '@switchyard/plugin-api';

const READING: ReadonlySet<string> = new Set([
  ...['initialize', 'ping', 'tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'],
  ...['resources/read', 'prompts/get', 'completion/complete', 'logging/setLevel'],
  ...['resources/subscribe', 'resources/unsubscribe'],
]);

/**
 * Whether a message may go out a second time when the first may have arrived: requests that only read, and what a
 * server takes twice as it takes it once. A tool call never.
 */
export function mayRepeat({ kind, method }: Pick<WireMessage, 'kind' | 'method'>): boolean {
  return kind !== 'request' || (method !== undefined && READING.has(method));
}
