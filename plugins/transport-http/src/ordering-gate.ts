/**
 * Holds messages back while a server has to see something before them. Some servers take what overtakes the end of the
 * handshake for an error, or lose what they have to say while the session's stream is not open yet.
 */
export class OrderingGate {
  #waiting: (() => void)[] | undefined;

  /** From now on what comes waits, until `open`. */
  close(): void {
    this.#waiting ??= [];
  }

  /** Runs at once, or when the gate opens, in order. */
  pass(run: () => void): void {
    if (this.#waiting) this.#waiting.push(run);
    else run();
  }

  /** Lets everything go that waits. */
  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const run of waiting) run();
  }
}
