import type { Servers } from '@switchyard/plugin-api';

/** The processes of servers, for whoever cannot wait until they end in order. */
export interface ServerProcesses {
  /** Ends at once what is left of them, with all that they started: each leads a group of its own. */
  kill(): void;
}

/** Keeps its own list: a gateway that stops has taken its servers off its list before they have ended. */
export function watchProcesses(servers: Pick<Servers, 'list' | 'changes$'>): ServerProcesses {
  const pids = new Map<string, number>();
  const note = ({ name, pid }: { readonly name: string; readonly pid?: number }): void => {
    if (pid === undefined) pids.delete(name);
    else pids.set(name, pid);
  };
  servers.changes$.subscribe(note);
  return {
    kill() {
      servers.list().forEach(note);
      for (const pid of pids.values()) {
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
