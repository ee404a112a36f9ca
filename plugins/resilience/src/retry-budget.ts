/** What each call adds, what it begins with, and how much is kept. */
export const BUDGET = { earned: 0.2, floor: 3, most: 10 };

/**
 * How many calls to a server may be sent again: a fifth of those that were made, and a few more. However long a server is
 * gone, what it gets is at most 1.2 times what clients asked for, and the floor.
 */
export class RetryBudget {
  #saved = BUDGET.floor;

  /** A call was made. */
  earn(): void {
    this.#saved = Math.min(BUDGET.most, this.#saved + BUDGET.earned);
  }

  /** Takes the price of one retry, where there is enough. */
  take(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
