import type { Clock } from '@switchyard/plugin-api';

/**
 * What a server may say without being asked: `burst` messages at once, then `each` of them in a millisecond; a message
 * counts once more for each `bytes` of it. When it has used that up, it waits until it may say `portion` of them.
 */
export const UNASKED = { burst: 1_000, each: 5, bytes: 2_560, portion: 100 };

/**
 * Counts what a server says without being asked: notifications, questions, answers that nobody waits for. One that says
 * it by the thousand would leave no time for the others, however well-formed it is. Its wire rests for a while, and
 * nothing is lost: the server itself has to wait. Answers are as many as there are calls, and are not counted.
 */
export class Unasked {
  readonly #clock: Clock;
  readonly #tooMuch: (ms: number) => void;
  #left = UNASKED.burst;
  #at = -Infinity;

  /** @param tooMuch told for how many milliseconds nothing more should come */
  constructor(clock: Clock, tooMuch: (ms: number) => void) {
    this.#clock = clock;
    this.#tooMuch = tooMuch;
  }

  count(bytes: number): void {
    const now = this.#clock.now();
    const regained = (now - this.#at) * UNASKED.each;
    this.#at = now;
    this.#left = Math.min(UNASKED.burst, this.#left + regained) - 1 - bytes / UNASKED.bytes;
    if (this.#left <= 0) this.#tooMuch((UNASKED.portion - this.#left) / UNASKED.each);
  }
}
