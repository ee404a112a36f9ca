import { randomOf } from './random-of.ts';
import type { Script } from './script.ts';

/**
 * The runs of a server that ends twice and then lives: by an exit and by SIGKILL, in either order, at seeded calls,
 * before or after it executed them. Each end comes after a tenth and before four tenths of its calls, so that both come
 * whatever is lost on the way, where at least 320 calls are made.
 * @param calls how many calls it will get in all
 */
export function seededEnds(seed: number, calls: number): Script['runs'] {
  const next = randomOf(seed);
  const end = (action: { readonly exit: number } | { readonly kill: 'SIGKILL' }): Script['runs'][number] => {
    const nth = Math.ceil(calls * (0.1 + 0.3 * next()));
    const when = next() < 0.5 ? 'before' : 'after';
    return [{ at: { method: 'tools/call', nth }, when, do: [action] }];
  };
  const ends = [end({ exit: 7 }), end({ kill: 'SIGKILL' })];
  return [...(next() < 0.5 ? ends : ends.reverse()), []];
}
