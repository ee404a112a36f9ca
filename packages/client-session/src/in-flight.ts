import type { RpcId } from '@switchyard/plugin-api';

/** Something under way by a client's id for it. */
interface Identified {
  readonly id: RpcId;
}

/**
 * The calls of one client that are under way, which are few. Looking through them costs less than a Map whose tables
 * come and go with each call. Ids compare with their type: `1` and `"1"` are two.
 */
export class InFlight<Call extends Identified> {
  readonly #calls: Call[] = [];

  get size(): number {
    return this.#calls.length;
  }

  get(id: RpcId): Call | undefined {
    for (const call of this.#calls) if (call.id === id) return call;
    return undefined;
  }

  /** @param call with an id that is not in flight */
  add(call: Call): void {
    this.#calls.push(call);
  }

  delete(call: Call): void {
    const at = this.#calls.indexOf(call);
    if (at < 0) return;
    const last = this.#calls.pop()!;
    if (at < this.#calls.length) this.#calls[at] = last;
  }

  /** All of now. */
  list(): readonly Call[] {
    return [...this.#calls];
  }
}
