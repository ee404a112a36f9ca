/** Counts the responses that somebody waits for, so that a drain knows when nobody does. */
export class Waiting {
  readonly #counts: { waiting: number };
  #quiet: (() => void) | undefined;

  constructor(counts: { waiting: number }) {
    this.#counts = counts;
  }

  enter(): void {
    this.#counts.waiting += 1;
  }

  leave(): void {
    this.#counts.waiting -= 1;
    if (this.#counts.waiting === 0) this.#quiet?.();
  }

  /** Whether `drain` was called. */
  get draining(): boolean {
    return this.#quiet !== undefined;
  }

  /** Resolves as soon as nobody waits. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#quiet = resolve;
      if (this.#counts.waiting === 0) resolve();
    });
  }
}
