/**
 * Resolves with the first of these signals. The next one calls `atOnce`, then has its default action again: it ends
 * the process.
 */
export function firstSignal(
  process: Pick<NodeJS.Process, 'on' | 'off' | 'pid' | 'kill'>,
  signals: readonly NodeJS.Signals[],
  atOnce: () => void,
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isFirst = true;
    const take = (signal: NodeJS.Signals): void => {
      resolve(signal);
      if (isFirst) {
        isFirst = false;
        return;
      }
      for (const each of signals) process.off(each, take);
      try {
        atOnce();
      } finally {
        process.kill(process.pid, signal);
      }
    };
    for (const each of signals) process.on(each, take);
  });
}
