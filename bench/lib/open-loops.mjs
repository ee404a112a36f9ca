import { rounds } from './rounds.mjs';

/** Calls that may be under way at once: as many as Switchyard lets one session have. */
const LANES = 64;

/**
 * The same arrivals to direct calls and through Switchyard: half of what Switchyard can carry, as it was measured with
 * 32 calls at a time in this run. What a call has to wait for because others were slow is part of its latency.
 */
export async function openLoop(load, opened, saturation, { openLoopMs, rounds: count }, tell) {
  const rate = saturation / 2;
  const compared = opened.filter(({ name }) => name === 'direct' || name === 'switchyard');
  const shape = { ask: 'echo', lanes: LANES, ms: openLoopMs, rate };
  const variants = compared.map((variant) => ({
    ...variant,
    names: variant.prefixes.map((prefix) => `${prefix}echo`),
  }));
  return { rate, variants: await rounds(load, variants, shape, count, tell) };
}
