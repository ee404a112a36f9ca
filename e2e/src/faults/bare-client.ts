import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { temporaryFolder } from '../harness/folder.ts';
import { ROOT } from '../harness/places.ts';
import { survivorsOf } from '../harness/survivors.ts';
import { afterThisTest } from '../harness/undo.ts';
import { placeIn, type BarePlan, type Fault } from './fault.ts';

const PROGRAM = path.join(ROOT, 'e2e/runs/faults/bare-client.mjs');
/** For each thing that it asks; what is not answered by then would wait for as long as it is told to. */
const PATIENCE_MS = 4_000;
/** What has not ended by then hangs. */
const BOUND_MS = 25_000;
/** What a server leaves that is about to end by itself is no fault of the client. */
const ENDING_MS = 500;

/** What became of the bare client; `said` is its own report, undefined if it never came to that. */
export interface BareSeen {
  readonly plan: BarePlan;
  readonly patienceMs: number;
  readonly said?: unknown;
  /** How many processes of the server were there after `close()` and some more. */
  readonly survivors: number;
}

/** Lets the client of the SDK meet the server of a fault, in a process of its own. */
export async function bareClient(server: Fault['server'], plan: BarePlan): Promise<BareSeen> {
  const folder = await temporaryFolder();
  const marker = randomUUID();
  const { command, args = [], env = {}, cwd } = server(placeIn(folder, 1));
  const { calls, tool = 'echo', argumentBytes, stderr = 'ignore' } = plan;
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      JSON.stringify({
        command,
        args,
        env: { ...env, SWITCHYARD_RUN_ID: marker },
        cwd,
        calls,
        tool,
        argumentBytes,
        stderr,
        timeoutMs: PATIENCE_MS,
      }),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  afterThisTest(async () => {
    child.kill('SIGKILL');
    for (const survivor of survivorsOf(marker)) process.kill(Number.parseInt(survivor), 'SIGKILL');
  });
  child.stderr.setEncoding('utf8').once('data', (line: string) => {
    const pid = Number(/^pid (\d+)/.exec(line)?.[1]);
    for (const { afterMs, signal } of plan.signals ?? []) {
      void pause(afterMs).then(() => process.kill(pid, signal));
    }
  });
  child.stderr.resume();
  const ended = text(child.stdout);
  const said = await Promise.race([ended, pause(BOUND_MS, undefined, { ref: false })]);
  await pause(ENDING_MS);
  const line = said?.trim().split('\n').at(-1);
  return {
    plan,
    patienceMs: PATIENCE_MS,
    ...(line ? { said: JSON.parse(line) as unknown } : {}),
    survivors: survivorsOf(marker).length,
  };
}
