import { parseArgs } from 'node:util';
import { VARIANTS } from '../variants/all.mjs';
import { CASES, OBSERVED, OPEN_LOOP, START } from './cases.mjs';

const CASE_NAMES = [...CASES.map(({ name }) => name), OPEN_LOOP, START, OBSERVED];
const VARIANT_NAMES = VARIANTS.map(({ name }) => name);

export const USAGE = `npm run bench                     everything, about ten minutes; writes bench/RESULTS.md
npm run bench -- --quick          everything in about a minute; prints only
npm run bench -- --only <a,b>     of ${CASE_NAMES.join(', ')}
npm run bench -- --variants <a,b> of ${VARIANT_NAMES.join(', ')}
npm run bench -- --way <http|stdio>  how the servers are reached
npm run bench -- --report         writes bench/RESULTS.md again from the last whole run`;

/** @throws Error with the usage when an argument is not understood */
export function readArguments(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      only: { type: 'string' },
      variants: { type: 'string' },
      way: { type: 'string' },
    },
  });
  return {
    isQuick: values.quick,
    isReportOnly: values.report,
    /** Only a whole run is worth keeping. */
    isWhole:
      !values.quick && values.only === undefined && values.variants === undefined && values.way === undefined,
    cases: chosen('case', values.only, CASE_NAMES),
    variants: chosen('variant', values.variants, VARIANT_NAMES),
    ways: chosen('way', values.way, ['http', 'stdio']),
  };
}

function chosen(what, list, all) {
  const names = list?.split(',') ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`no ${what} is called "${unknown}": ${all.join(', ')}`);
  return new Set(names);
}
