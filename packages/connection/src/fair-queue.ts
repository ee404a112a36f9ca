/** What waits, and for whom. */
interface Waiting {
  readonly principal: string;
}

/**
 * A queue that is fair between principals: they take turns, one item each, and the items of one keep their order.
 * Bookkeeping alone; the caller says how many there may be.
 */
export class FairQueue<Item extends Waiting> {
  /** By principal, the one whose turn is next first; none of them is empty. */
  readonly #lanes = new Map<string, Set<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many principals wait. */
  get principals(): number {
    return this.#lanes.size;
  }

  /** Puts an item behind those of its principal. Who comes anew has its turn after all that wait. */
  add(item: Item): void {
    const lane = this.#lanes.get(item.principal);
    if (lane?.has(item)) return;
    if (lane) lane.add(item);
    else this.#lanes.set(item.principal, new Set([item]));
    this.#size += 1;
  }

  delete(item: Item): void {
    const lane = this.#lanes.get(item.principal);
    if (!lane?.delete(item)) return;
    this.#size -= 1;
    if (lane.size === 0) this.#lanes.delete(item.principal);
  }

  /**
   * Takes the item whose turn it is. Principals that `mayGo` says no to are passed over, and keep their turn; if it says
   * no to all of them, it is as if it had not been asked: room must not stay empty while somebody waits.
   */
  take(mayGo: (principal: string) => boolean = () => true): Item | undefined {
    const principals = [...this.#lanes.keys()];
    const principal = principals.find((each) => mayGo(each)) ?? principals[0];
    const lane = principal === undefined ? undefined : this.#lanes.get(principal);
    const [item] = lane ?? [];
    if (principal === undefined || lane === undefined || item === undefined) return undefined;
    lane.delete(item);
    this.#size -= 1;
    // Behind the others.
    this.#lanes.delete(principal);
    if (lane.size > 0) this.#lanes.set(principal, lane);
    return item;
  }

  /**
   * What has to go for an item of a principal that finds the queue full: the newest of whoever has most waiting. So
   * nobody who has less waiting than an equal share is refused for the sake of others. Undefined: the principal itself
   * has as many as anybody, give or take one.
   */
  crowdedOutBy(principal: string): Item | undefined {
    let longest: Set<Item> | undefined;
    for (const lane of this.#lanes.values()) if (lane.size > (longest?.size ?? 0)) longest = lane;
    const own = this.#lanes.get(principal)?.size ?? 0;
    return longest && longest.size > own + 1 ? [...longest].at(-1) : undefined;
  }

  /** All of them, each principal's in their order. */
  *[Symbol.iterator](): Iterator<Item> {
    for (const lane of [...this.#lanes.values()]) yield* [...lane];
  }
}
