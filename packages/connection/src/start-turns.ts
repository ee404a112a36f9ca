/**
 * How many attempts may start at once. Starting a program is work for the processor (a dozen Node programs a second and
 * core): more of them at once are not faster, each only takes longer, and all would be late together.
 */
export function startsAtOnce(cores: number): number {
  return Math.max(2, 2 * cores);
}

interface Asked {
  /** Whether a call waits for this start. Looked at when a place is free: calls come and go meanwhile. */
  readonly isWanted: () => boolean;
  readonly go: () => void;
}

/**
 * Who may start now, over all servers: in the order of asking, but those that a call waits for before the others.
 * Bookkeeping alone: how long a place is held is for the one who has it to decide. Who waits is bounded by the
 * connections that there may be, each of which asks once at a time.
 */
export class StartTurns {
  readonly #limit: number;
  readonly #waiting = new Set<Asked>();
  #starting = 0;

  /** @param limit how many places there are */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get starting(): number {
    return this.#starting;
  }
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks for a place; `go` is called when there is one, perhaps before this returns, and must not throw.
   * Returns what gives the place back, or takes the request back; once, later calls do nothing.
   */
  ask(isWanted: () => boolean, go: () => void): () => void {
    let phase: 'waiting' | 'starting' | 'over' = 'waiting';
    const asked: Asked = {
      isWanted,
      go: () => {
        phase = 'starting';
        go();
      },
    };
    this.#waiting.add(asked);
    this.#next();
    return () => {
      if (phase === 'waiting') this.#waiting.delete(asked);
      if (phase === 'starting') this.#starting -= 1;
      phase = 'over';
      this.#next();
    };
  }

  #next(): void {
    while (this.#starting < this.#limit && this.#waiting.size > 0) {
      const waiting = [...this.#waiting];
      const next = waiting.find(({ isWanted }) => isWanted()) ?? waiting[0]!;
      this.#waiting.delete(next);
      this.#starting += 1;
      next.go();
    }
  }
}
