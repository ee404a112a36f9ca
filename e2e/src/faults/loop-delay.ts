import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { linesOf } from '../harness/lines-of.ts';
import { ROOT } from '../harness/places.ts';
import { within } from '../harness/within.ts';

const WATCH = pathToFileURL(path.join(ROOT, 'e2e/runs/faults/watch-loop.mjs')).href;

/** Looks at the event loop of a process from within, and from then on. */
export interface LoopWatch {
  /** To be put into its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The longest delay since the last look, in milliseconds; 0 the first time. */
  look(pid: number): Promise<number>;
}

export function loopWatch(folder: string): LoopWatch {
  const file = path.join(folder, 'loop-delay');
  return {
    env: { NODE_OPTIONS: `--import=${WATCH}`, LOOP_DELAY_FILE: file },
    async look(pid) {
      const linesBefore = (await linesOf(file)).length;
      process.kill(pid, 'SIGUSR2');
      const wait = async () => {
        for (;;) {
          const line = (await linesOf(file))[linesBefore];
          if (line !== undefined) return Number(line.split(' ')[1]);
          await pause(5);
        }
      };
      return within(30_000, 'word of the delay of the event loop', wait());
    },
  };
}
