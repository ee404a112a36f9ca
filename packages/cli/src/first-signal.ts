const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Resolves with the first SIGINT or SIGTERM. The next one has its default action again: it ends the process. */
export function firstSignal(process: Pick<NodeJS.Process, 'on' | 'off'>): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals): void => {
      for (const each of SIGNALS) process.off(each, take);
      resolve(signal);
    };
    for (const each of SIGNALS) process.on(each, take);
  });
}
