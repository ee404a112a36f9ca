const waiting: (() => void)[] = [];

/**
 * Runs work in a later turn of the event loop: in order, and one piece each turn, whoever wants it. What happens to a
 * server is told to all subscribers, and each of them has its own document executed: at one go, that would hold up the
 * calls of everybody.
 */
export function inTurn(run: () => void): void {
  waiting.push(run);
  if (waiting.length === 1) setImmediate(next);
}

function next(): void {
  // It stands in the list while it runs, so that nobody begins a second round meanwhile.
  try {
    waiting[0]!();
  } finally {
    waiting.shift();
    if (waiting.length > 0) setImmediate(next);
  }
}
