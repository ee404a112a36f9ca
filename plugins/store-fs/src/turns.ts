/** One after the other for each name, side by side for different ones. */
export interface Turns {
  /** Runs `work` when all earlier work of that name has ended, however it ended. */
  take<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when all work has ended; refuses new work. */
  close(): Promise<void>;
}

/** @param limit how much work may be under way or waiting in all; more is refused, which its caller is told. */
export function createTurns(limit: number): Turns {
  const latest = new Map<string, Promise<unknown>>();
  let pending = 0;
  let closed = false;
  return {
    take: async (name, work) => {
      if (closed) throw new Error('the store is closed');
      if (pending >= limit) throw new Error(`${limit} writes wait already`);
      pending++;
      const turn = (latest.get(name) ?? Promise.resolve()).then(work);
      const ended = turn.then(
        () => undefined,
        () => undefined,
      );
      latest.set(name, ended);
      try {
        return await turn;
      } finally {
        pending--;
        if (latest.get(name) === ended) latest.delete(name);
      }
    },
    close: async () => {
      closed = true;
      await Promise.all(latest.values());
    },
  };
}
