import { measure } from './measure.mjs';
import { medians } from './statistics.mjs';

/**
 * Measures all variants in each round, in reversed order every other round, so that what the machine does beside
 * meets all of them. A variant that fails in a case has no figures there, but says why.
 * @returns by variant its medians, or { failed }
 */
export async function rounds(load, variants, shape, count, tell) {
  const measured = new Map(variants.map(({ name }) => [name, []]));
  const failed = new Map();
  for (let round = 0; round < count; round++) {
    for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
      if (failed.has(variant.name)) continue;
      try {
        measured.get(variant.name).push(await measure(load, variant, shape));
      } catch (error) {
        failed.set(variant.name, error.message);
        tell(`    ${variant.name}: ${error.message}`);
      }
    }
  }
  return Object.fromEntries(
    variants.map(({ name }) => [
      name,
      failed.has(name) ? { failed: failed.get(name) } : medians(measured.get(name)),
    ]),
  );
}
