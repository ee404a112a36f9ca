/*
 * The client of the official SDK, with nothing around it, and a server that fails: `node bare-client.mjs '<plan>'`.
 * What came of it is one line of JSON on stdout. A process of its own, so that whatever it hangs in can be ended.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const {
  command,
  args,
  env,
  cwd,
  calls,
  tool,
  argumentBytes = 0,
  stderr,
  timeoutMs,
} = JSON.parse(process.argv[2]);
const said = { answers: [] };
const report = () => {
  said.loopDelayMs = loop.max / 1e6;
  console.log(JSON.stringify(said));
};

process.on('uncaughtException', (error) => {
  said.crashed = wordsOf(error);
  report();
  process.exit(1);
});

const loop = monitorEventLoopDelay({ resolution: 5 });
const client = new Client({ name: 'bare', version: '1.0.0' });
const transport = new StdioClientTransport({
  command,
  args,
  env: { PATH: process.env.PATH, ...env },
  ...(cwd !== undefined && { cwd }),
  stderr,
});
let connected = false;
client.onerror = () => (said.errors = (said.errors ?? 0) + 1);
client.onclose = () => (said.closedByItself = connected);

said.connect = await timed(() => client.connect(transport, { timeout: timeoutMs }));
connected = said.connect.ok;
if (connected) {
  // Its children are known by now; what is started later is not.
  loop.enable();
  console.error(`pid ${transport.pid}`);
  const text = argumentBytes > 0 ? { text: 'x'.repeat(argumentBytes) } : {};
  const call = (n) => {
    const request = { name: tool, arguments: { nonce: `n${n + 1}`, ...text } };
    return timed(() => client.callTool(request, undefined, { timeout: timeoutMs }));
  };
  said.answers = await Promise.all(Array.from({ length: calls }, (_, n) => call(n)));
  if (calls > 0) said.memoryMB = Math.round(process.memoryUsage.rss() / 1024 ** 2);
}
connected = false;
said.close = await timed(() => client.close());
report();
process.exit(0);

async function timed(run) {
  const beganAt = performance.now();
  try {
    const value = await run();
    const told = JSON.stringify(value?.content ?? null);
    return { ok: true, ms: performance.now() - beganAt, replaced: told.includes('\ufffd') };
  } catch (error) {
    return { ok: false, ms: performance.now() - beganAt, error: wordsOf(error) };
  }
}

function wordsOf(error) {
  return String(error?.message ?? error).slice(0, 120);
}
