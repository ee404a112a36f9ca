import type { Scenario } from './scenario.ts';

/**
 * A scenario with as few steps as still break the same promise (delta debugging): ever smaller pieces are left out, as long
 * as what is left fails alike.
 * @param fails whether this scenario fails as the first did
 * @param mayGoOn false: what was found so far is good enough
 */
export function shrink(
  scenario: Scenario,
  fails: (smaller: Scenario) => boolean,
  mayGoOn: () => boolean,
): Scenario {
  let best = scenario;
  const attempt = (steps: Scenario['steps']): boolean => {
    const smaller = { ...best, steps };
    if (!fails(smaller)) return false;
    best = smaller;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1 && mayGoOn(); size = Math.floor(size / 2)) {
    for (let at = 0; at < best.steps.length && mayGoOn();) {
      const left = [...best.steps.slice(0, at), ...best.steps.slice(at + size)];
      if (left.length === 0 || !attempt(left)) at += size;
    }
  }
  return best;
}
