const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Resolves with the first SIGINT or SIGTERM. The next one calls `atOnce`, then has its default action again: it ends
 * the process.
 */
export function firstSignal(
  process: Pick<NodeJS.Process, 'on' | 'off' | 'pid' | 'kill'>,
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
      for (const each of SIGNALS) process.off(each, take);
      try {
        atOnce();
      } finally {
        process.kill(process.pid, signal);
      }
    };
    for (const each of SIGNALS) process.on(each, take);
  });
}
