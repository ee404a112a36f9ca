import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMs } from '../lib/proc.mjs';
import { median } from '../lib/statistics.mjs';
import { openGateway } from './gateway.mjs';
import { named, nodeServer } from './servers.mjs';
import { BENCH_RUN } from '../lib/processes.mjs';

const SERVERS = 10;
/** Calls a second over the nine healthy servers: far from saturation, so that what is seen is the neighbour. */
const RATE = 400;
const LANES = 32;

/** Answers the handshake and its list, then does what is asked for with all its might, or nothing. */
const BAD = {
  hangs: 'process.stdin.on("data",()=>{})',
  'floods stderr':
    'const b=Buffer.alloc(65536,"x\\n");(function w(){while(process.stderr.write(b));process.stderr.once("drain",w)})()',
  'floods stdout':
    'const b=Buffer.alloc(65536,"noise\\n");(function w(){while(process.stdout.write(b));process.stdout.once("drain",w)})()',
  'floods messages':
    'const b=Buffer.from((JSON.stringify({jsonrpc:"2.0",method:"notifications/message",params:{level:"info",data:"x"}})+"\\n").repeat(700));(function w(){while(process.stdout.write(b));process.stdout.once("drain",w)})()',
};

/**
 * How the calls to nine servers fare when the tenth hangs or floods, against a gateway whose ten are well. What floods
 * takes a processor by itself, so the same flood beside the healthy gateway, connected to nothing, is measured too.
 */
export async function neighbours({ rounds, ms }, { load, folder, tell }) {
  const well = await openGateway({ mcpServers: named(SERVERS, nodeServer) }, folder);
  const rows = [];
  for (const [what, script] of Object.entries(BAD)) {
    const bad = await openGateway(
      { mcpServers: named(SERVERS, (index) => (index === 0 ? badServer(script) : nodeServer())) },
      folder,
    );
    const names = Array.from({ length: SERVERS - 1 }, (_, index) => `s${index + 1}__echo`);
    await bad.ready(names.map((name) => name.replace('__echo', '')));
    await well.ready(['s0', 's9']);
    const taken = { quiet: [], beside: [], inside: [] };
    const cpu = [];
    const ways = [
      async () => taken.quiet.push(await run(load, well, names, ms)),
      async () => {
        const alone = what === 'hangs' ? undefined : flood(script);
        taken.beside.push(await run(load, well, names, ms));
        await alone?.stop();
      },
      async () => {
        const before = cpuMs(bad.pid);
        await bad.order('restartServer', 's0');
        taken.inside.push(await run(load, bad, names, ms));
        await bad.order('stopServer', 's0');
        cpu.push((cpuMs(bad.pid) - before) / ms);
      },
    ];
    // Not timed: code is compiled.
    await run(load, well, names, ms);
    await bad.order('stopServer', 's0');
    await run(load, bad, names, ms);
    for (let round = 0; round < rounds; round++)
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
    await bad.stop();
    const p99 = (name) => median(taken[name].map((each) => each.p99));
    const faults = [...taken.quiet, ...taken.beside, ...taken.inside].reduce(
      (sum, each) => sum + each.faults,
      0,
    );
    rows.push({
      what,
      quiet: p99('quiet'),
      beside: p99('beside'),
      inside: p99('inside'),
      cpu: median(cpu),
      faults,
    });
    tell(
      `  one ${what}: p99 ${p99('quiet').toFixed(1)} quiet, ${p99('beside').toFixed(1)} beside, ${p99('inside').toFixed(1)} inside`,
    );
  }
  await well.stop();
  return rows;
}

async function run(load, { target }, names, ms) {
  await load.open(target, LANES);
  try {
    return await load.run({ ask: 'echo', names, load: { lanes: LANES, ms, rate: RATE } });
  } finally {
    await load.close();
  }
}

/** A server that answers as any other until its list was read. */
function badServer(script) {
  const source = `
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
const read = require('node:readline').createInterface({ input: process.stdin });
read.on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') answer(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'bad', version: '1' } });
  if (method === 'tools/list') { answer(id, { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }); setTimeout(() => { ${script} }, 50); }
});`;
  return { command: process.execPath, args: ['-e', source], env: { BENCH_RUN } };
}

/** The same noise, read by nobody who matters. */
function flood(script) {
  const child = spawn('sh', ['-c', '"$0" "$@" 2>&1 | cat >/dev/null', process.execPath, '-e', script], {
    stdio: 'ignore',
    detached: true,
    env: { PATH: process.env.PATH, BENCH_RUN },
  });
  const exited = once(child, 'exit');
  return {
    async stop() {
      process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}
