import type { CatalogSnapshot, Servers, ServerView } from '@switchyard/plugin-api';

/** How long the first list may wait for servers that are being started (docs/architecture.md, catalog). */
const MAX_WAIT_MS = 5_000;
/** How long nothing new may come before those that are there are shown without the rest (docs/decisions/0004). */
const QUIET_MS = 500;

/** Waits for the lists of servers that never told any. */
export interface ListWait {
  /** Undefined: there is nothing to wait for. Never rejects. */
  begin(snapshot: CatalogSnapshot): Promise<void> | undefined;
  /** Looks at no more changes of servers. */
  close(): void;
}

/**
 * Each server is waited for once, by everybody who asks meanwhile together: a server that hangs in its start would
 * otherwise cost every list of every client its five seconds. Who got a list too early is told by `list_changed`.
 */
export function createListWait(servers: Pick<Servers, 'list' | 'listed' | 'changes$'>): ListWait {
  let waited: ReadonlySet<string> = new Set();
  let waiting: Promise<void> | undefined;
  /** Knows every server that may tell, as long as no other one comes. */
  let complete: CatalogSnapshot | undefined;
  const changes = servers.changes$.subscribe((server) => {
    // Counters change with each call: only a server that the catalog does not know is a reason to look again.
    if (mayTell(server) && !complete?.knows(server.name)) complete = undefined;
  });
  return {
    close: () => changes.unsubscribe(),
    begin: (snapshot) => {
      // Views of all servers are not free, and lists are asked for often: nearly all end here.
      if (snapshot === complete) return undefined;
      const all = servers.list();
      const unknown = all.filter((server) => mayTell(server) && !snapshot.knows(server.name));
      // None at all may mean that they are not there yet.
      complete = all.length > 0 && unknown.length === 0 ? snapshot : undefined;
      const isNew = unknown.some((server) => !waited.has(server.name));
      // Only what is unknown now: a server that was taken away and configured again is a new one.
      waited = new Set(unknown.map((server) => server.name));
      if (!isNew) return waiting;
      const wait = servers.listed(MAX_WAIT_MS, QUIET_MS).then(
        () => undefined,
        () => undefined,
      );
      waiting = wait;
      void wait.then(() => {
        if (waiting === wait) waiting = undefined;
      });
      return wait;
    },
  };
}

/** Whether a server may be about to tell its lists. Which of these start by themselves, `listed` knows. */
function mayTell({ phase }: ServerView): boolean {
  switch (phase) {
    case 'disabled':
    case 'stopping':
    case 'stopped':
    case 'failed':
    case 'auth_required':
    case 'crash_loop':
      return false;
    case 'idle':
    case 'starting':
    case 'negotiating':
    case 'ready':
    case 'degraded':
    case 'backoff':
      return true;
  }
}
