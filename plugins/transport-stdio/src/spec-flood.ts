import type { Clock } from '@switchyard/plugin-api';

/** A clock whose timers go off when they are told to. */
export function handClock() {
  const due: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after: (_ms, run) => {
      due.push(run);
      return () => {
        if (due.includes(run)) due.splice(due.indexOf(run), 1);
      };
    },
  };
  return { clock, due };
}

/** What is read when nothing more comes by itself. */
export async function untilStill(read: () => number): Promise<number> {
  // Data of a pipe comes in turns of the event loop: a hundred of them without any mean that none is read.
  for (let before = -1, still = 0; still < 100; before = read()) {
    await new Promise((resolve) => setImmediate(resolve));
    still = read() === before ? still + 1 : 0;
  }
  return read();
}
