import { parseArgs } from 'node:util';
import type { GlobalFlags } from './flags.ts';

const OPTIONS = {
  config: { type: 'string', short: 'c', multiple: true },
  'state-dir': { type: 'string', multiple: true },
  json: { type: 'boolean' },
  debug: { type: 'boolean' },
} as const;

/**
 * The flags of `switchyard stdio`, as programs write them into their configuration: they start it often, and wait for
 * it. Undefined for whatever else the command line is, help and mistakes included: `command-line.ts` reads that, and
 * takes as long to load as all that a relay needs.
 */
export function plainStdio(args: readonly string[]): GlobalFlags | undefined {
  if (args[0] !== 'stdio') return undefined;
  try {
    const { values } = parseArgs({ args: args.slice(1), options: OPTIONS });
    const { config = [], 'state-dir': stateDir = [], ...rest } = values;
    if (config.length > 1 || stateDir.length > 1) return undefined;
    return {
      ...rest,
      ...(config[0] === undefined ? {} : { config: config[0] }),
      ...(stateDir[0] === undefined ? {} : { stateDir: stateDir[0] }),
    };
  } catch {
    return undefined;
  }
}
