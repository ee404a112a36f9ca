import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BENCH_RUN, start, within } from '../lib/processes.mjs';
import { readOnce } from '../lib/read-once.mjs';
import { BIN } from '../variants/ours.mjs';

const LONGEST_MS = 120_000;

/**
 * A gateway as it is built, with a folder of its own, followed by what it says of itself on stdout.
 * @param configuration as in a file; `env`: of the gateway, beside what `start` gives; `node`: flags of Node
 */
export async function openGateway(configuration, parent, { env = {}, folder, node = [] } = {}) {
  const home = folder ?? (await mkdtemp(path.join(parent, 'gateway-')));
  const file = path.join(home, 'switchyard.jsonc');
  await writeFile(file, JSON.stringify(configuration, undefined, 2));
  const stateDir = path.join(home, 'state');
  const startedAt = performance.now();
  const args = ['serve', '--json', '--config', file, '--port', '0', '--state-dir', stateDir];
  const gateway = start(process.execPath, [...node, BIN, ...args], {
    cwd: home,
    env: { HOME: home, ...env },
  });
  const told = followed(gateway);
  const { mcp, status: statusUrl } = await told.until(({ event }) => event === 'listening', 'listening');
  const listeningAfterMs = performance.now() - startedAt;
  const admin = new URL(statusUrl).origin;
  const token = (await readFile(path.join(stateDir, 'admin-token'), 'utf8')).trim();
  const headers = { Authorization: `Bearer ${token}` };
  const isReady =
    (name) =>
    ({ event, name: told, phase }) =>
      event === 'server' && told === name && phase === 'ready';
  return {
    ...gateway,
    folder: home,
    startedAt,
    listeningAfterMs,
    target: { dialect: 'http', url: mcp },
    status: async () => JSON.parse(await readOnce(`${admin}/status`, headers)),
    metrics: () => readOnce(`${admin}/metrics`, headers),
    /** Reads what a subscription brings until the signal; its text is dropped. */
    async subscribe(query, signal) {
      const response = await fetch(`${admin}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json', Accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
        signal,
      });
      await response.body.pipeTo(new WritableStream());
    },
    /** Resolves when all of these are ready, with when the last one was told so. */
    async ready(names, ms = LONGEST_MS) {
      const events = await Promise.all(names.map((name) => told.until(isReady(name), `${name} ready`, ms)));
      return Math.max(...events.map(({ at }) => at));
    },
    /** The first such event from now on. */
    next: (wanted, what, ms) => told.next(wanted, what, ms),
    async order(mutation, server, waitFor = '60s') {
      const query = `mutation ($server: ID!, $waitFor: Duration) { ${mutation}(input: { server: $server, waitFor: $waitFor }) { server { phase } userErrors { code message } } }`;
      const response = await fetch(`${admin}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ query, variables: { server, waitFor } }),
      });
      const { data, errors } = await response.json();
      const faults = errors ?? data[mutation].userErrors;
      if (faults.length > 0) throw new Error(`${mutation} ${server}: ${JSON.stringify(faults)}`);
    },
    async kill() {
      process.kill(gateway.pid, 'SIGKILL');
      await gateway.exited;
    },
  };
}

/** Remembers each event with the moment it came. */
function followed({ stdout, stderr, exited }) {
  const events = [];
  const listeners = new Set();
  let ended = false;
  createInterface({ input: stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    events.push({ ...JSON.parse(line), at: performance.now() });
    for (const look of listeners) look();
  });
  void exited.then(() => {
    ended = true;
    for (const look of listeners) look();
  });
  const from = (begin, wanted, what, ms = LONGEST_MS) =>
    within(
      ms,
      what,
      new Promise((resolve, reject) => {
        let next = begin;
        const look = () => {
          for (; next < events.length; next++) {
            if (!wanted(events[next])) continue;
            listeners.delete(look);
            resolve(events[next]);
            return;
          }
          if (ended) reject(new Error(`the gateway ended: ${stderr()}`));
        };
        listeners.add(look);
        look();
      }),
    );
  return {
    until: (wanted, what, ms) => from(0, wanted, what, ms),
    next: (wanted, what, ms) => from(events.length, wanted, what, ms),
  };
}

const FIRST_WORDS = [
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0.0"}}}',
  '{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}',
];

/**
 * What a server's start costs without any gateway, in milliseconds: spawn, handshake and its tools, with nothing in
 * between but a line reader.
 */
export async function bareStartMs({ command, args, env = {} }) {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, BENCH_RUN, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  const answered = (id) =>
    new Promise((resolve) => {
      const look = (line) => {
        if (!line.includes(`"id":${id}`)) return;
        lines.off('line', look);
        resolve();
      };
      lines.on('line', look);
    });
  for (const [index, text] of FIRST_WORDS.entries()) {
    const done = answered(index + 1);
    child.stdin.write(`${text}\n`);
    await within(LONGEST_MS, 'answer of a bare server', done);
  }
  const ms = performance.now() - startedAt;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  return ms;
}
