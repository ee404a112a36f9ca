import type { Clock } from '@switchyard/plugin-api';
import type { Upstream } from './upstream.ts';

/** One server that ends. */
interface Going {
  readonly upstream: Upstream;
  /** When it and all of its name before it are gone. */
  readonly over: Promise<void>;
  cancelTimer: () => void;
}

/** Servers that were removed or replaced, until nothing is left of them. */
export class Leaving {
  readonly #all = new Map<string, Set<Going>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get names(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** Those of one name, oldest first. */
  of(name: string): readonly Upstream[] {
    return [...(this.#all.get(name) ?? [])].map(({ upstream }) => upstream);
  }

  /** When nothing is left of any of this name; undefined: nothing is. */
  over(name: string): Promise<void> | undefined {
    return [...(this.#all.get(name) ?? [])].at(-1)?.over;
  }

  /** Drains one; `gone` is called when nothing is left of it. */
  add(name: string, upstream: Upstream, gone: () => void): void {
    const before = this.over(name);
    const going = this.#all.get(name) ?? new Set();
    const drained = upstream.drain().then(() => {
      entry.cancelTimer();
      going.delete(entry);
      if (going.size === 0) this.#all.delete(name);
      gone();
    });
    const over = Promise.all([before, drained]).then(() => {});
    const entry: Going = { upstream, over, cancelTimer: () => {} };
    this.#all.set(name, going.add(entry));
  }

  /** Something waits for those of this name: they have this long and no longer. */
  hurry(name: string, ms: number): void {
    for (const entry of this.#all.get(name) ?? []) {
      entry.cancelTimer();
      entry.cancelTimer = this.#clock.after(ms, () => void entry.upstream.stop());
    }
  }

  /** Resolves when nothing is left of any; they have this long and no longer. */
  async close(ms: number): Promise<void> {
    for (const name of this.names) this.hurry(name, ms);
    await Promise.all(this.names.map((name) => this.over(name)));
  }
}
