import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BENCH_RUN, within } from './processes.mjs';

const GENERATOR = fileURLToPath(new URL('../load/generator.mjs', import.meta.url));

/** Starts the load generator; each of its commands is answered, or rejects. */
export function startLoad() {
  let child;
  let isLost = false;
  const spawnIt = () => {
    isLost = false;
    child = fork(GENERATOR, {
      env: { PATH: process.env.PATH, BENCH_RUN },
      execArgv: ['--expose-gc'],
      detached: true,
    });
  };
  spawnIt();
  const tell = async (message, ms) => {
    // Whatever it waited for, the next variant gets one that waits for nothing.
    if (isLost) spawnIt();
    isLost = true;
    child.send(message);
    try {
      const { result, failed } = await within(ms, `answer to ${message.command}`, nextMessage(child));
      isLost = child.exitCode !== null;
      if (failed !== undefined) throw new Error(failed);
      return result;
    } finally {
      if (isLost) child.kill('SIGKILL');
    }
  };
  return {
    open: (target, lanes) => tell({ command: 'open', target, lanes }, 30_000),
    run: (job) => tell({ command: 'run', ...job }, job.load.ms + 30_000),
    close: () => tell({ command: 'close' }, 10_000),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const end = once(child, 'exit');
      child.disconnect();
      await end;
    },
  };
}

function nextMessage(child) {
  return new Promise((resolve) => {
    const settle = (message) => {
      child.off('message', settle).off('exit', end);
      resolve(message);
    };
    const end = () => settle({ failed: 'the load generator ended' });
    child.on('message', settle).on('exit', end);
  });
}
