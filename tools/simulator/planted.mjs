/*
 * Plants one bug after another in what is bundled, and shows in how many seeds the simulator finds each:
 * `node tools/simulator/run.mjs --planted`.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const WORKERS = 2;
const MOST_SEEDS = 10_000;

/** The source is never touched: each is changed in the bundle alone. */
const BUGS = [
  {
    name: 'a held call that went is refused as well when its time to wait is over',
    file: 'packages/connection/src/held-calls.ts',
    find: 'if (this.#over) return false;\n    this.#over = true;\n    this.cancelTimer();',
    replace: '',
    with: { file: 'packages/gateway/src/ledger.ts', find: 'if (over) return;', replace: '' },
  },
  {
    name: 'a loss after sending says that nothing was executed',
    file: 'packages/connection/src/server-call.ts',
    find: "cause: end.loss.cause }), 'unknown');",
    replace: "cause: end.loss.cause }), 'no');",
  },
  {
    name: 'a tool that may not be sent again is',
    file: 'plugins/resilience/src/may-retry.ts',
    find: "const isFree = isRead(method) || (method === 'tools/call' && isRetrySafe);",
    replace: 'const isFree = true || isRetrySafe;',
  },
  {
    name: 'calls are sent again as often as they fail',
    file: 'plugins/resilience/src/retry-budget.ts',
    find: 'this.#saved -= 1;',
    replace: '',
  },
  {
    name: 'a timer is forgotten when a run ends',
    file: 'packages/connection/src/attempt.ts',
    find: '  return () => {\n    cancelBudget();',
    replace: '  return () => {',
  },
  {
    name: 'a held call is lost when its server is replaced',
    file: 'packages/connection/src/gate.ts',
    find: 'this.#held.release(() => true, to);',
    replace: 'this.#held.release(() => true, () => ({ cancel: () => {}, reply: () => "unknown" }));',
  },
  {
    name: 'one more call waits than may',
    file: 'packages/connection/src/gate.ts',
    find: 'this.#held.size >= limit',
    replace: 'this.#held.size > limit',
  },
  {
    name: 'one more call is under way than may be',
    file: 'packages/connection/src/gate.ts',
    find: '?? 0) < this.#limit;',
    replace: '?? 0) <= this.#limit;',
  },
  {
    name: 'the catalog keeps the tools of a server that a reload took away',
    file: 'packages/gateway/src/catalog-service.ts',
    find: 'this.#tell(this.#repository?.configure(servers));',
    replace:
      'if (servers.length >= (this.seen ??= 0)) { this.seen = servers.length; this.#tell(this.#repository?.configure(servers)); }',
  },
  {
    name: 'a server that waits for its next attempt is not stopped',
    file: 'packages/connection/src/state.ts',
    find: "case 'failed':\n      return { phase: 'stopped', record };",
    replace: "case 'failed':\n      return state.phase === 'waiting' ? state : { phase: 'stopped', record };",
  },
  {
    name: 'a healthy server that crashed waits as one that failed',
    file: 'packages/connection/src/state.ts',
    find: "state.phase === 'ready' && event.at - state.since >= timings.healthyRun;",
    replace: 'false;',
  },
  {
    name: 'failures in a row are never called a crash loop',
    file: 'packages/connection/src/restart-wait.ts',
    find: 'slowWaits: inCrashLoop ? record.slowWaits + 1 : 0,',
    replace: 'slowWaits: 0,',
  },
  {
    name: 'what a server says of changed lists is not heard',
    file: 'packages/connection/src/session.ts',
    find: 'listChanged: (kinds) => listener.listChanged(kinds),',
    replace: 'listChanged: () => {},',
  },
  {
    name: 'a call that is late is told so by the wall clock',
    file: 'packages/connection/src/server-call.ts',
    find: 'return this.#context.clock.now() - this.#startedAt;',
    replace: 'return this.#context.clock.date() - 1_700_000_000_000 - this.#startedAt;',
  },
  {
    name: 'a question goes to the newest call, whosever it is',
    file: 'packages/connection/src/asks.ts',
    find: 'if (audiences.size > 1) return SEVERAL;',
    replace: '',
  },
  {
    name: 'a breaker whose server is gone goes on asking it',
    file: 'plugins/resilience/src/server-guard.ts',
    find: 'this.#isClosed = true;',
    replace: '',
  },
  {
    name: 'a breaker stays open whatever the server answers',
    file: 'plugins/resilience/src/breaker.ts',
    find: 'if (!answers) {',
    replace: 'if (true) {',
  },
  {
    name: 'progress is told twice',
    file: 'packages/connection/src/server-call.ts',
    find: "if (this.#call.wantsProgress) this.#sink({ kind: 'progress', params });",
    replace:
      "if (this.#call.wantsProgress) for (const kind of ['progress', 'progress'] as const) this.#sink({ kind, params });",
  },
  {
    name: 'nothing says why a server is not ready',
    file: 'packages/connection/src/history.ts',
    find: '...(why && { code: why.problem.code, cause: why.problem.message }),',
    replace: '',
  },
  {
    name: 'a run that ends unheard leaves a timer',
    file: 'packages/connection/src/liveness.ts',
    find: 'if (!subscriber.closed) again();',
    replace: 'again();',
  },
  {
    name: 'a held call waits anew when its server is replaced',
    file: 'packages/connection/src/gate.ts',
    find: 'this.#held.release(() => true, to);',
    replace: 'this.#held.release(() => true, (call, sink) => to(call, sink));',
  },
  {
    name: 'a question about a call given up before it was sent goes to somebody else',
    file: 'packages/connection/src/server-call.ts',
    find: '      this.#carrier.gaveUp();\n',
    replace: '',
  },
  {
    name: 'a reload touches every server',
    file: 'packages/connection/src/supervisor.ts',
    find: 'if (current.desired.digest === digest) {',
    replace: 'if (current.desired.digest === digest && server.start !== "eager") {',
  },
];

const root = path.join(import.meta.dirname, '../..');

/** Lines that are to be changed, and are not where they were. */
export function astray() {
  return BUGS.flatMap((bug) => [bug, ...(bug.with ? [bug.with] : [])])
    .filter(({ file, find }) => readFileSync(path.join(root, file), 'utf8').split(find).length !== 2)
    .map(({ file, find }) => `${JSON.stringify(find)} is not in ${file} once`);
}

/** Whether each bug whose name has these words was found. */
export async function allFound(words) {
  let survived = 0;
  for (const bug of BUGS.filter(({ name }) => name.includes(words))) {
    const file = path.join(await bundle(bug), 'main.mjs');
    const failure = await firstFailure(file);
    if (failure)
      console.log(`✓ red    ${bug.name}: ${failure.invariant} in seed ${failure.seed}: ${failure.sentence}`);
    else {
      survived += 1;
      console.log(`✗ GREEN  ${bug.name}`);
    }
  }
  return survived === 0;
}

/** Of the lowest seed that any worker found it in. */
async function firstFailure(file) {
  const jobs = Array.from({ length: WORKERS }, (_, index) => ({
    do: 'seeds',
    from: 1 + index,
    to: 1 + MOST_SEEDS,
    stride: WORKERS,
    steps: 300,
    seconds: 3_600,
    regressions: [],
    asItIs: true,
  }));
  const children = new Set();
  const done = await new Promise((resolve, reject) => {
    const all = [];
    for (const job of jobs) {
      const child = spawn(process.execPath, [file, JSON.stringify(job)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.add(child);
      const chunks = [];
      child.stdout.on('data', (chunk) => chunks.push(chunk));
      child.on('error', reject);
      child.on('close', () => {
        const text = Buffer.concat(chunks).toString();
        all.push(text === '' ? {} : JSON.parse(text));
        if (all.at(-1).failure || all.length === jobs.length) resolve(all);
      });
    }
  });
  for (const child of children) child.kill();
  return done.flatMap(({ failure }) => failure ?? []).sort((a, b) => a.seed - b.seed)[0];
}
