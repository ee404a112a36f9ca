import { VARIANTS } from '../variants/all.mjs';
import { CASES, OBSERVED, OPEN_LOOP, START } from './cases.mjs';
import { compareAll, openGroup } from './group.mjs';
import { describeMachine } from './machine.mjs';
import { measure } from './measure.mjs';
import { observed } from './observed.mjs';
import { openLoop } from './open-loops.mjs';
import { rounds } from './rounds.mjs';
import { startTimes } from './start-times.mjs';

const WARM_LANES = 32;

/** Runs what was chosen and returns everything that was measured, as plain data. */
export async function bench({ chosen, scale, load, folder, tell }) {
  const results = {
    machine: describeMachine(),
    scale,
    cases: {},
    refused: {},
    compared: {},
    openLoops: {},
    starts: [],
    observed: undefined,
  };
  const variants = VARIANTS.filter(({ name }) => chosen.variants.has(name));
  for (const way of chosen.ways) {
    results.cases[way] = {};
    results.refused[way] = {};
    for (const tools of ['few', 'many']) {
      const cases = CASES.filter((one) => one.tools === tools && isWanted(one, chosen.cases));
      if (cases.length > 0)
        await runGroup({ variants, way, tools, cases, chosen, scale, load, folder, tell, results });
    }
  }
  if (chosen.cases.has(START)) {
    tell('start until all is listed');
    results.starts = await startTimes(scale, folder, tell);
  }
  if (chosen.cases.has(OBSERVED)) {
    tell('what it costs to be observed');
    results.observed = await observed({ load, scale, folder, tell });
  }
  return results;
}

/** The open loop needs to know what saturation is. */
function isWanted({ name }, cases) {
  return cases.has(name) || (name === 'small-32' && cases.has(OPEN_LOOP));
}

async function runGroup({ variants, way, tools, cases, chosen, scale, load, folder, tell, results }) {
  tell(`HTTP to ${way}, ${tools === 'few' ? 'two tools' : '10,000 tools'} a variant: starting`);
  const group = await openGroup(variants, way, tools, folder);
  for (const [name, reason] of Object.entries(group.failed)) tell(`    ${name}: ${reason}`);
  try {
    if (tools === 'many') results.compared[way] = await compareAll(group.opened);
    const warm = new Set();
    for (const { name, title, ask, lanes } of cases) {
      tell(`  ${title}`);
      const named = group.opened.map((variant) => ({
        ...variant,
        names: variant.prefixes.map((prefix) => `${prefix}${ask}`),
      }));
      if (!warm.has(ask)) await warmUp(load, named, { ask, lanes: WARM_LANES, ...scale.warm[ask] }, tell);
      warm.add(ask);
      results.cases[way][name] = await rounds(load, named, { ask, lanes, ms: scale.ms }, scale.rounds, tell);
      results.refused[way][name] = Object.fromEntries(
        Object.entries(group.failed).map(([variant, failed]) => [variant, { failed }]),
      );
    }
    const saturation = results.cases[way]['small-32']?.switchyard?.rate;
    if (tools === 'few' && chosen.cases.has(OPEN_LOOP) && saturation !== undefined) {
      tell('  at half of saturation');
      results.openLoops[way] = await openLoop(load, group.opened, saturation, scale, tell);
    }
  } finally {
    await group.close();
  }
}

/** Untimed calls, as many as a time allows: code runs several times as fast once it is compiled. */
async function warmUp(load, variants, shape, tell) {
  for (const variant of variants) {
    // Whoever fails here fails in the first round again, where it is written down.
    await measure(load, variant, shape).catch(({ message }) => tell(`    ${variant.name}: ${message}`));
  }
}
