import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { ProcessOutput } from './process-output.ts';
import type { Action } from './script.ts';

/** An action that has nothing to do with the answer. */
export type SideEffect = Exclude<Action, { readonly answer: string }>;

/** What this process is still doing. */
export interface Doing {
  /** False: no further message is looked at. */
  reading: boolean;
  /** Whether the end of stdin is ignored. */
  stubborn: boolean;
}

const TURNS_OF_A_LOOP = 1_000_000;
/** `sleep` knows no "forever" everywhere; 68 years are enough. */
const FOREVER_S = 2_147_483_647;
/** Of stderr, between two looks at stdin. */
const FLOOD_BYTES = 64 * 1_024;

/** Does one thing to this process. What ends it does not return. */
export function perform(action: SideEffect, output: ProcessOutput, doing: Doing): void {
  if ('exit' in action) process.exit(action.exit);
  else if ('kill' in action) kill(action.kill);
  else if ('split' in action) output.split();
  else if ('noise' in action) output.write(noise(action.noise, action.lines));
  else if ('stderr' in action) {
    if (action.stderr === 'forever') flood(output);
    else output.writeStderr(action.stderr);
  } else if ('close' in action) {
    if (action.close === 'stdout') output.closeStdout();
    else closeStdin(doing);
  } else if ('stop' in action) {
    stopReading(doing);
    process.stdin.pause();
  } else if ('ignore' in action) {
    doing.stubborn = true;
    stay();
    process.on('SIGTERM', () => {});
  } else if ('grandchildren' in action) for (let n = 0; n < action.grandchildren; n += 1) grandchild(action);
  else busy(action.busy);
}

function kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGSEGV'): void {
  process.kill(process.pid, signal);
  if (signal === 'SIGSTOP') return;
  // Whatever thread it is delivered to, nothing happens after it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function noise(text: string, lines: number): Buffer {
  return Buffer.from(
    Array.from({ length: lines }, (_, n) => `${text.replaceAll('$i', String(n + 1))}\n`).join(''),
  );
}

function flood(output: ProcessOutput): void {
  output.writeStderr(FLOOD_BYTES);
  setImmediate(flood, output);
}

function closeStdin(doing: Doing): void {
  stopReading(doing);
  // Node leaves descriptor 0 open when it closes the stream, and still watches it until then.
  process.stdin.once('close', () => closeSync(0)).destroy();
}

function stopReading(doing: Doing): void {
  doing.reading = false;
  stay();
}

/** Keeps a process that waits for nothing any more. */
function stay(): void {
  setInterval(() => {}, FOREVER_S);
}

function grandchild({
  stdout = false,
  session = false,
  stubborn = false,
}: Extract<SideEffect, { readonly grandchildren: number }>): void {
  const script = `${stubborn ? "trap '' TERM; " : ''}exec sleep ${FOREVER_S}`;
  spawn('sh', ['-c', script], {
    stdio: ['ignore', stdout ? 'inherit' : 'ignore', 'ignore'],
    detached: session,
  }).unref();
}

function busy(turns: number): void {
  let sum = 0;
  for (let n = 0; n < turns * TURNS_OF_A_LOOP; n += 1) sum = (sum + n) | 0;
  // Used, so that no compiler leaves the loop out.
  if (sum === 0.5) process.abort();
}
