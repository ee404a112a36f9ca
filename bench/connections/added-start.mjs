import { setImmediate as aTurn } from 'node:timers/promises';
import { median } from '../lib/statistics.mjs';
import { bareStartMs, openGateway } from './gateway.mjs';
import { memoryServer, named, nodeServer } from './servers.mjs';

/** At the share of a list, as percentiles are read off. */
const at = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

/**
 * What the gateway adds to the start of a server: from the order until it is READY, with its lists in the catalog,
 * against spawn, handshake and list by a program that does nothing else. In turns.
 */
export async function addedStart({ rounds }, folder, tell) {
  const kinds = [
    { kind: 'node', title: 'light Node server', make: nodeServer, rounds },
    {
      kind: 'memory',
      title: 'server-memory',
      make: (index) => memoryServer(folder, index),
      rounds: rounds / 2,
    },
  ];
  const rows = [];
  for (const { kind, title, make, rounds: times } of kinds) {
    const server = make(0);
    const gateway = await openGateway({ mcpServers: { it: { ...server, start: 'manual' } } }, folder);
    const [bare, through] = [[], []];
    const ways = [
      async () => bare.push(await bareStartMs(server)),
      async () => {
        const startedAt = performance.now();
        await gateway.order('startServer', 'it');
        through.push(performance.now() - startedAt);
        await gateway.order('stopServer', 'it');
      },
    ];
    // Not timed: files are read from the disk, GraphQL is loaded, code is compiled.
    for (let round = 0; round < 5; round++) for (const way of ways) await way();
    bare.length = through.length = 0;
    for (let round = 0; round < times; round++) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
      await aTurn();
    }
    await gateway.stop();
    rows.push({ kind, title, rounds: times, bare: summary(bare), through: summary(through) });
    tell(
      `  ${title}: ${Math.round(median(bare))} ms bare, ${Math.round(median(through))} ms through the gateway`,
    );
  }
  const together = [];
  for (const { title, make } of kinds)
    together.push({ title, ...(await tenTogether(make, folder, rounds / 10)) });
  return { rows, together };
}

function summary(values) {
  return { p50: median(values), p99: at(values, 0.99) };
}

/** Ten servers in a gateway that starts with them: until the last one is ready. */
async function tenTogether(make, folder, rounds) {
  const times = { bare: [], through: [] };
  const servers = named(10, make);
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await Promise.all(Object.values(servers).map((server) => bareStartMs(server)));
    times.bare.push(performance.now() - startedAt);
    const gateway = await openGateway({ mcpServers: servers }, folder);
    times.through.push((await gateway.ready(Object.keys(servers))) - gateway.startedAt);
    times.listening = gateway.listeningAfterMs;
    await gateway.stop();
  }
  return { bare: median(times.bare), through: median(times.through), listening: times.listening };
}
