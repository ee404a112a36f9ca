/*
 * Reloads under load, each of which changes one server of many: what becomes of the others' processes and of the calls,
 * and how long a saved file takes to count. `npm run reloads`; --reloads, --servers and --lanes say how much.
 */
import { rename, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { keep } from './chaos/kept.mjs';
import { openGateway } from './connections/gateway.mjs';
import { named, sedServer } from './connections/servers.mjs';
import { ownFolder } from './lib/own-folder.mjs';

/** What is to be reached; the process exits with 1 where it is not. */
const MOST_MS = 200;
/** As many make a run that is kept for the scorecard. */
const WHOLE = 500;

const { values } = parseArgs({
  options: {
    reloads: { type: 'string', default: '500' },
    servers: { type: 'string', default: '50' },
    lanes: { type: 'string', default: '8' },
  },
});
const [reloads, count, lanes] = [values.reloads, values.servers, values.lanes].map(Number);
const { folder, leaveNothing } = ownFolder('reloads');

try {
  const result = await measure();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (reloads >= WHOLE) await keep('reloads', `npm run reloads -- --reloads ${reloads}`, result);
  const isReached =
    result.othersTouched === 0 && result.calls.failed === 0 && result.saveToAppliedMs.p95 <= MOST_MS;
  process.exitCode = isReached ? 0 : 1;
} finally {
  leaveNothing();
}

async function measure() {
  const turns = Array.from({ length: count }, () => 0);
  const configuration = () => ({
    mcpServers: named(count, (index) => {
      const server = sedServer();
      return { ...server, env: { ...server.env, TURN: String(turns[index]) } };
    }),
  });
  const gateway = await openGateway(configuration(), folder);
  await gateway.ready(Object.keys(configuration().mcpServers));
  const file = path.join(gateway.folder, 'switchyard.jsonc');
  const pidsNow = async () =>
    new Map((await gateway.status()).servers.map((server) => [server.name, server]));

  const load = await startCalls(gateway.target.url);
  const times = [];
  let othersTouched = 0;
  let unreplaced = 0;
  for (let turn = 0; turn < reloads; turn++) {
    const index = turn % count;
    const before = await pidsNow();
    turns[index] += 1;
    const applied = gateway.next(({ event }) => event === 'reload', `result of reload ${turn}`);
    await writeFile(`${file}.new`, JSON.stringify(configuration(), undefined, 2));
    const savedAt = performance.now();
    await rename(`${file}.new`, file);
    const { at, ok, problem } = await applied;
    if (!ok) throw new Error(JSON.stringify(problem));
    times.push(at - savedAt);
    const after = await replaced(pidsNow, before, `s${index}`);
    if (after === undefined) unreplaced += 1;
    for (const [name, { pid }] of after ?? (await pidsNow()))
      if (name !== `s${index}` && pid !== before.get(name)?.pid) othersTouched += 1;
  }
  const calls = await load.stop();
  times.sort((one, other) => one - other);
  const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
  return {
    reloads,
    servers: count,
    saveToAppliedMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) },
    othersTouched,
    unreplaced,
    calls,
  };
}

/** The servers, as soon as this one takes calls with another process; undefined if it never does. */
async function replaced(pidsNow, before, name) {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const now = await pidsNow();
    const { pid, phase } = now.get(name);
    if (phase === 'ready' && pid !== before.get(name).pid) return now;
  }
  return undefined;
}

/** Calls every server in turn, in so many lanes, until it is told to stop. */
async function startCalls(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const tally = { answered: 0, failed: 0, reasons: {} };
  let isRunning = true;
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const post = (body, more = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...more } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ session: response.headers['mcp-session-id'], text }));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ jsonrpc: '2.0', ...body }));
    });
  const clientInfo = { name: 'reloads', version: '1.0.0' };
  const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const { session } = await post({ id: 0, method: 'initialize', params: hello });
  const ours = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
  await post({ method: 'notifications/initialized' }, ours);
  let id = 0;
  const lane = async () => {
    while (isRunning) {
      id += 1;
      const nonce = `nonce-${id}`;
      const params = { name: `s${id % count}__echo`, arguments: { nonce } };
      const { text } = await post({ id, method: 'tools/call', params }, ours).catch((error) => ({
        text: error.message,
      }));
      if (text.includes(`"text":"${nonce}"`)) tally.answered += 1;
      else {
        tally.failed += 1;
        const reason = /SWY-E\d+/.exec(text)?.[0] ?? text.slice(0, 80);
        tally.reasons[reason] = (tally.reasons[reason] ?? 0) + 1;
      }
    }
  };
  const running = Array.from({ length: lanes }, lane);
  return {
    async stop() {
      isRunning = false;
      await Promise.all(running);
      agent.destroy();
      return tally;
    },
  };
}
