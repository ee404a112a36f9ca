import type { Servers, ServerView } from '@switchyard/plugin-api';

/** The processes of servers, for whoever cannot wait until they end in order. */
export interface ServerProcesses {
  /** Ends at once what is left of them, with all that they started: each leads a group of its own. */
  kill(): void;
}

/** Keeps its own list: a gateway that stops has taken its servers off its list before they have ended. */
export function watchProcesses(servers: Pick<Servers, 'list' | 'changes$'>): ServerProcesses {
  const pids = new Map<string, readonly number[]>();
  const note = ({ name, connections }: Pick<ServerView, 'name' | 'connections'>): void => {
    const own = connections.flatMap(({ pid }) => pid ?? []);
    if (own.length === 0) pids.delete(name);
    else pids.set(name, own);
  };
  servers.changes$.subscribe(note);
  return {
    kill() {
      servers.list().forEach(note);
      for (const pid of [...pids.values()].flat()) {
        try {
          // Windows has no groups.
          process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
        } catch {
          // It ended in this moment.
        }
      }
    },
  };
}
