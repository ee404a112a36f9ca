import { fileURLToPath } from 'node:url';
import { serve } from '../variants/ours.mjs';
import { lineOf, start } from './processes.mjs';
import { median } from './statistics.mjs';
import { watched } from './watched.mjs';

const LIGHT = fileURLToPath(new URL('../fixtures/upstream-stdio.mjs', import.meta.url));
const PLUGIN_COST = fileURLToPath(new URL('../plugin-cost.mjs', import.meta.url));
/** Starts of each kind: what is looked for is a few milliseconds. */
const STARTS = 5;

/** What it costs to be observed: by metrics, by subscribers and scrapers, and by an API that must be loaded first. */
export async function observed(parts) {
  const { scale, folder, tell } = parts;
  tell('  metrics');
  const process = start(globalThis.process.execPath, [PLUGIN_COST, 'metrics-prometheus']);
  const metrics = await lineOf(process, ({ more }) => more !== undefined);
  await process.stop();
  tell('  GraphQL at the start');
  const starts = await startsWithAndWithout(scale.rounds * STARTS, folder);
  tell('  subscribers, scrapes and queries');
  return { metrics, starts, watched: await watched(parts) };
}

/** From the start of the process to the word that it listens, with the admin API and without; medians of turns. */
async function startsWithAndWithout(count, folder) {
  const times = { without: [], with: [] };
  for (let round = 0; round < count; round++) {
    const order = round % 2 === 0 ? ['without', 'with'] : ['with', 'without'];
    for (const which of order) {
      const plugins = which === 'without' ? { '@switchyard/admin-graphql': false } : {};
      const startedAt = performance.now();
      const gateway = await serve([{ command: globalThis.process.execPath, args: [LIGHT] }], folder, {
        plugins,
      });
      await lineOf(gateway, ({ event }) => event === 'listening');
      times[which].push(performance.now() - startedAt);
      await gateway.stop();
    }
  }
  const more = median(times.with.map((value, round) => value - times.without[round]));
  return { without: median(times.without), with: median(times.with), more };
}
