import { within } from './within.ts';

/** What somebody was told, in order. */
export interface Heard<T> {
  readonly all: readonly T[];
  /** To be called with each thing that is told. */
  tell(one: T): void;
  /** Resolves as soon as the condition is true of what was told so far. */
  until(what: string, condition: (all: readonly T[]) => boolean): Promise<void>;
}

/** Keeps what is told, for tests that wait for it. */
export function listen<T>(): Heard<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    tell: (one) => {
      all.push(one);
      for (const look of waiting) look();
    },
    until: (what, condition) => {
      const met = new Promise<void>((resolve) => {
        const look = () => {
          if (!condition(all)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
      return within(30_000, () => `${what}, but ${JSON.stringify(all)}`, met);
    },
  };
}
