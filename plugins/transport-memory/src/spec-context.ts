import type { Log, WireContext } from '@switchyard/plugin-api';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

/** A context for one wire; relative modules begin at the fixtures. */
export function contextOf(changes: Partial<WireContext> = {}): WireContext {
  return {
    server: 'sample',
    folder: new URL('fixtures', import.meta.url).pathname,
    runId: 'run',
    maxMessageBytes: 1024 * 1024,
    clock: { now: () => 0, date: () => 0, after: () => () => {} },
    log: silent,
    ...changes,
  };
}
