import { DRAIN_MS, type Gateway } from '@switchyard/gateway';
import { type Clock, type Log, SwitchyardError } from '@switchyard/plugin-api';

/** How long a stop may take beside the calls under way. Together with `LINGER_MS` less than 5 s. */
const REST_MS = 4_700;
/** How long the process may live when all has been stopped. */
const LINGER_MS = 200;

/** What a stop works with. */
export interface StopContext {
  readonly gateway: Pick<Gateway, 'stopWaitsFor' | 'log'>;
  readonly stop: () => Promise<void>;
  /** The gateway's own, which tests run faster. */
  readonly clock: Clock;
  /** For work of the machine, which nobody runs faster. */
  readonly realClock: Clock;
  /** Ends the servers at once. */
  readonly kill: () => void;
}

/**
 * Stops a gateway within `DRAIN_MS` and 5 s, whatever hangs. Resolves to the exit code of the process: 0 in order, 1 if
 * something did not stop in time or failed at it, which the log tells then. Never rejects.
 */
export async function boundedStop(context: StopContext): Promise<0 | 1> {
  const { gateway, stop, clock, realClock, kill } = context;
  const late = new Promise<'late'>((resolve) => {
    clock.after(DRAIN_MS, () => realClock.after(REST_MS, () => resolve('late')));
  });
  try {
    if ((await Promise.race([stop(), late])) !== 'late') return 0;
  } catch (thrown) {
    const what = reasonsOf(thrown).join('; ');
    tell(gateway.log, new SwitchyardError('STOP_UNCLEAN', { what }, { cause: thrown }));
    return 1;
  }
  const what = gateway.stopWaitsFor().join(', ') || 'its start';
  tell(gateway.log, new SwitchyardError('STOP_LATE', { seconds: DRAIN_MS / 1000 + 5, what }));
  kill();
  return 1;
}

/** What the end of the process works with. */
export interface EndContext {
  readonly process: Pick<NodeJS.Process, 'exit' | 'getActiveResourcesInfo'>;
  readonly log: Pick<Log, 'warn'>;
  /** Resolves when the lines of the log are out. */
  readonly written: () => Promise<void>;
  readonly realClock: Clock;
  /** Whether the process may end by itself first, and somebody is told if it does not. */
  readonly isInOrder: boolean;
}

/**
 * Ends the process when nothing of ours is left in it and something of a plugin's still keeps it: a timer that nobody
 * stopped would keep it for ever. To be called when all has been said.
 */
export function endSoon({ process, log, written, realClock, isInOrder }: EndContext): void {
  realClock.after(isInOrder ? LINGER_MS : 0, () => {
    const left = [...new Set(process.getActiveResourcesInfo())];
    if (isInOrder) log.warn('the process ends although something in it still runs', { left });
    // With the exit code that was set meanwhile.
    void written().then(() => process.exit());
  });
}

function tell(log: Pick<Log, 'error'>, { message, number, remedy }: SwitchyardError): void {
  log.error(message, { code: number, remedy });
}

/** What went wrong, one sentence each, however deep it is nested. */
function reasonsOf(thrown: unknown): readonly string[] {
  if (thrown instanceof AggregateError) return thrown.errors.flatMap(reasonsOf);
  return [thrown instanceof Error ? thrown.message : String(thrown)];
}
