import type { Clock, ServerPhase, Servers, ServerView } from '@switchyard/plugin-api';

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
  const underWay = new Set(
    servers
      .list()
      .filter((server) => names.has(server.name) && isUnderWay(server))
      .map(({ name }) => name),
  );
  if (underWay.size === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      subscription.unsubscribe();
      cancelLimit();
      resolve();
    };
    const cancelLimit = clock.after(ms, done);
    const subscription = servers.changes$.subscribe((server) => {
      if (!names.has(server.name)) return;
      if (isUnderWay(server)) underWay.add(server.name);
      else underWay.delete(server.name);
      if (underWay.size === 0) done();
    });
  });
}

/** One that was closed for want of use had come up before. */
function isUnderWay({ phase, desired }: ServerView): boolean {
  return UNDER_WAY.has(phase) && !(phase === 'idle' && desired === 'idle');
}
