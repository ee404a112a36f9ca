import type { RpcId } from '@switchyard/plugin-api';

/** How many requests there is room for at first; a power of two. */
const ROOM = 64;

/**
 * Requests in flight by our own ids, which only ever grow. A Map keeps one dead table after another alive when entries
 * come and go for each call (its old tables point to the new ones), and collecting them was a fifth of a small call.
 */
export class RequestTable<Request> {
  #ids: number[] = new Array<number>(ROOM).fill(-1);
  #requests: (Request | undefined)[] = new Array<Request | undefined>(ROOM).fill(undefined);
  #size = 0;
  #lastId: number;

  /** @param firstId the first id that is given out */
  constructor(firstId: number) {
    this.#lastId = firstId - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** An id that was never given out, and is free until another one is asked for. */
  nextId(): number {
    if (this.#size * 2 >= this.#ids.length) this.#grow();
    do this.#lastId += 1;
    while (this.#requests[this.#slot(this.#lastId)] !== undefined);
    return this.#lastId;
  }

  /** Ids compare with their type: `"1"` is none of ours. */
  get(id: RpcId): Request | undefined {
    if (typeof id !== 'number') return undefined;
    const slot = this.#slot(id);
    return this.#ids[slot] === id ? this.#requests[slot] : undefined;
  }

  /** @param id from `nextId` */
  set(id: number, request: Request): void {
    const slot = this.#slot(id);
    this.#ids[slot] = id;
    this.#requests[slot] = request;
    this.#size += 1;
  }

  delete(id: RpcId): void {
    if (this.get(id) === undefined) return;
    this.#requests[this.#slot(id as number)] = undefined;
    this.#size -= 1;
  }

  /** All requests of now with their ids, oldest first. */
  entries(): readonly (readonly [number, Request])[] {
    const entries: (readonly [number, Request])[] = [];
    this.#requests.forEach((request, slot) => {
      if (request !== undefined) entries.push([this.#ids[slot]!, request]);
    });
    return entries.sort(([a], [b]) => a - b);
  }

  #slot(id: number): number {
    // Bits of a 32-bit integer: enough, for the room is smaller, and ids that agree in them are told apart by `#ids`.
    return id & (this.#ids.length - 1);
  }

  #grow(): void {
    const entries = this.entries();
    const room = this.#ids.length * 2;
    this.#ids = new Array<number>(room).fill(-1);
    this.#requests = new Array<Request | undefined>(room).fill(undefined);
    for (const [id, request] of entries) {
      const slot = this.#slot(id);
      this.#ids[slot] = id;
      this.#requests[slot] = request;
    }
  }
}
