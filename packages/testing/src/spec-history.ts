import fc from 'fast-check';
import type { Execution, ExecutionLog } from './execution-log.ts';
import type { Answered, History, HistoryEvent } from './history.ts';

export const CLIENTS = ['ada', 'ben', 'cleo'];
const SERVERS = ['files', 'memory'];

/** How a call may truly end: what the client got, and whether a server did it. */
const ENDS = {
  result: [true, 'result'],
  no: [false, 'no'],
  yes: [true, 'yes'],
  'unknown, executed': [true, 'unknown'],
  'unknown, not executed': [false, 'unknown'],
  'cancelled, executed': [true, 'cancelled'],
  'cancelled, not executed': [false, 'cancelled'],
  'cancelled, and answered': [true, 'both'],
  refused: [false, 'refused'],
} as const;

/** One call as it was. */
export interface Truth {
  readonly client: string;
  readonly id: number;
  readonly nonce: string;
  readonly server: string;
  readonly outcome: keyof typeof ENDS;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Answer = Mutable<Extract<HistoryEvent, { readonly event: 'answered' }>>;

/** A story that is true until somebody changes it; calls by their place. */
export interface Told {
  readonly calls: readonly Truth[];
  answer(call: number): Answer;
  drop(call: number): void;
  repeat(call: number): void;
  execute(call: number): void;
  forget(call: number): void;
  /** To another server. */
  move(call: number): void;
  history(): History;
  executions(): ExecutionLog;
}

/**
 * True stories of some calls at once, in any order that can happen.
 * @param outcome that of the first two calls, for a lie about them
 */
export function truth(outcome?: Truth['outcome']): fc.Arbitrary<Told> {
  const call = fc.record({
    client: fc.constantFrom(...CLIENTS),
    server: fc.constantFrom(...SERVERS),
    outcome: fc.constantFrom(...(Object.keys(ENDS) as Truth['outcome'][])),
    /** When it was sent, and how long it took. */
    at: fc.nat(50),
    took: fc.nat(50),
  });
  return fc.array(call, { minLength: 2, maxLength: 30 }).map((drawn) => {
    // All clients count from 0, so that the ids of each are those of the others.
    const ids = new Map<string, number>();
    const calls = drawn.map((one, n) => {
      const id = ids.get(one.client) ?? 0;
      ids.set(one.client, id + 1);
      return { ...one, id, nonce: `${one.client}/${n}`, outcome: (n < 2 && outcome) || one.outcome };
    });
    return tell(calls);
  });
}

function tell(calls: readonly (Truth & { readonly at: number; readonly took: number })[]): Told {
  const events = calls.flatMap((call, n) =>
    eventsOf(call).map((event, place) => ({ n, at: call.at + (place === 0 ? 0 : call.took), event })),
  );
  const executions = new Map<string, Execution[]>();
  const execute = ({ nonce, server }: Truth, n: number) => {
    const before = executions.get(nonce) ?? [];
    executions.set(nonce, [...before, { server, pid: 100 + n, run: 1 + before.length }]);
  };
  calls.forEach((call, n) => {
    if (ENDS[call.outcome][0]) execute(call, n);
  });
  const placeOfAnswer = (n: number) =>
    events.findIndex((one) => one.n === n && one.event.event === 'answered');
  return {
    calls,
    answer: (n) => events[placeOfAnswer(n)]!.event as Answer,
    drop: (n) => void events.splice(placeOfAnswer(n), 1),
    repeat: (n) => void events.push({ ...events[placeOfAnswer(n)]! }),
    execute: (n) => execute(calls[n]!, n),
    forget: (n) => void executions.delete(calls[n]!.nonce),
    move(n) {
      const { nonce, server } = calls[n]!;
      const other = SERVERS.find((each) => each !== server)!;
      executions.set(
        nonce,
        executions.get(nonce)!.map((one) => ({ ...one, server: other })),
      );
    },
    history: () => [...events].sort((one, other) => one.at - other.at).map(({ event }) => event),
    executions: () => executions,
  };
}

function eventsOf({ client, id, nonce, server, outcome }: Truth): HistoryEvent[] {
  const call = { client, id };
  const answered = (answer: Answered): HistoryEvent => ({ event: 'answered', ...call, answer });
  const ends = (): HistoryEvent[] => {
    const end = ENDS[outcome][1];
    switch (end) {
      case 'result':
        return [answered({ kind: 'result', text: nonce })];
      case 'both':
        return [{ event: 'cancelled', ...call }, answered({ kind: 'result', text: nonce })];
      case 'cancelled':
      case 'refused':
        return [{ event: end, ...call }];
      default:
        return [answered({ kind: 'error', message: 'lost', executed: end })];
    }
  };
  return [{ event: 'invoked', ...call, nonce, server }, ...ends()];
}
