import type { Clock, ServerPhase, Servers } from '@switchyard/plugin-api';

/** Phases from which a server that starts by itself is still expected to go on by itself, soon. */
const UNDER_WAY: ReadonlySet<ServerPhase> = new Set(['idle', 'starting', 'negotiating', 'stopping']);

/**
 * Resolves once each of the named servers has come up or has failed to, at the latest after `ms`. Unlike
 * `Servers.listed`, which spares a waiting client, it waits for every one: a table is read once.
 */
export function whenSettled(
  servers: Pick<Servers, 'list' | 'changes$'>,
  names: ReadonlySet<string>,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<void> {
  const isSettled = (): boolean =>
    servers
      .list()
      // One that was closed for want of use already had come up before.
      .every(
        ({ name, phase, desired }) =>
          !names.has(name) || !UNDER_WAY.has(phase) || (phase === 'idle' && desired === 'idle'),
      );
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      subscription.unsubscribe();
      cancelLimit();
      resolve();
    };
    const cancelLimit = clock.after(ms, done);
    const subscription = servers.changes$.subscribe(() => {
      if (isSettled()) done();
    });
  });
}
