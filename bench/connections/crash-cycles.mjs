import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lightServer } from '@switchyard/testing';
import { BENCH_RUN, survivors } from '../lib/processes.mjs';
import { openGateway } from './gateway.mjs';
import { named } from './servers.mjs';

const SERVERS = 10;
/** The gateway's own waits are that many times shorter; a run is healthy after half a second then. */
const TIME_SCALE = 20;
const HEALTHY_MS = 600;
const GONE_MS = 5_000;

/**
 * Servers that crash over and over, each with a child in its group and one that left it, and a gateway that is killed
 * now and then: what is left of it all, and whether its descriptors are as many as before.
 */
export async function crashCycles({ cycles, gateways }, folder, tell) {
  const rounds = Math.ceil(cycles / SERVERS / gateways);
  const servers = named(SERVERS, () => crashing());
  const names = Object.keys(servers);
  // The load generator is of this run too.
  const others = new Set(survivors());
  const left = () => survivors().filter((pid) => !others.has(pid)).length;
  const result = { cycles: 0, gateways, survivors: 0, restarts: [], descriptors: [], goneMs: [] };
  let home;
  for (let life = 0; life < gateways; life++) {
    const gateway = await openGateway({ mcpServers: servers }, folder, {
      env: { SWITCHYARD_TIME_SCALE: String(TIME_SCALE) },
      folder: home,
    });
    home = gateway.folder;
    await gateway.ready(names);
    await sleep(HEALTHY_MS);
    const before = descriptorsOf(gateway.pid);
    for (let round = 0; round < rounds; round++) {
      result.restarts.push(...(await crashAll(gateway, names)));
      result.cycles += names.length;
      await sleep(HEALTHY_MS);
    }
    result.descriptors.push([before, descriptorsOf(gateway.pid)]);
    const alive = left();
    const killedAt = performance.now();
    await gateway.kill();
    while (left() > 0 && performance.now() - killedAt < GONE_MS) await sleep(20);
    result.goneMs.push(performance.now() - killedAt);
    result.survivors += left();
    tell(`  ${result.cycles} crashes; of ${alive} processes ${left()} are left after SIGKILL`);
  }
  return result;
}

/** Kills each server's process; resolves when each is ready again, with how long that took. */
async function crashAll(gateway, names) {
  const { servers } = await gateway.status();
  return Promise.all(
    names.map(async (name) => {
      const again = gateway.next(
        ({ event, name: told, phase }) => event === 'server' && told === name && phase === 'ready',
        `${name} ready again`,
      );
      const killedAt = performance.now();
      process.kill(servers.find((server) => server.name === name).pid, 'SIGKILL');
      return (await again).at - killedAt;
    }),
  );
}

function crashing() {
  const { command, args } = lightServer();
  // One child in its group, and one that leads a session of its own.
  const script = 'sleep 3600 & setsid sleep 3600 & exec "$0" "$@"';
  return { command: 'sh', args: ['-c', script, command, ...args], env: { BENCH_RUN } };
}

function descriptorsOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}
