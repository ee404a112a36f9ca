import {
  failed,
  payloadOf,
  SwitchyardError,
  type Call,
  type Clock,
  type ErrorCode,
  type Exchange,
  type Execute,
  type ExchangeEvent,
  type Outcome,
  type Random,
  type ServerPolicy,
} from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
import { Guards } from './guards.ts';
import { guardingInterceptor } from './interceptor.ts';
import { MemoryWatch } from './memory-watch.ts';

export const POLICY: ServerPolicy = {
  timeoutMs: 60_000,
  breaker: { failures: 5, windowMs: 30_000, cooldownMs: 5_000 },
  retrySafe: (tool) => tool.startsWith('get_'),
};

/** Always the middle: jitter of half more or less is none. */
export const MIDDLE: Random = { next: () => 0.5 };

export const RESULT: Outcome = { kind: 'result', result: payloadOf({ content: [] }) };
export const CANCELLED: Outcome = { kind: 'cancelled', reason: 'no more' };
const CONTEXT = { phase: 'sent', server: 'a' } as const;

/** A JSON-RPC error of the server's own. */
export function upstreamError(code: number, executed: 'no' | 'yes' | 'unknown' = 'yes'): Outcome {
  return { kind: 'error', from: 'upstream', executed, error: payloadOf({ code, message: 'x' }) };
}

/** An error of the gateway's own. */
export function ownError(code: ErrorCode, executed: 'no' | 'yes' | 'unknown'): Outcome {
  return failed({ id: 'c' }, new SwitchyardError(code, { server: 'a' }), { ...CONTEXT, executed });
}

export const LOST = ownError('UPSTREAM_LOST', 'unknown');
export const TIMED_OUT = ownError('CALL_TIMEOUT', 'unknown');

/** An HTTP status in the place of an answer. */
export function refused(status: number, retryAfterMs?: number): Outcome {
  return failed({ id: 'c' }, new SwitchyardError('UPSTREAM_REFUSED', { server: 'a', status }), {
    ...CONTEXT,
    executed: [400, 500, 502, 503, 504].includes(status) ? 'unknown' : 'no',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    more: { status },
  });
}

/** Time that passes when a test says so. */
export function handClock() {
  const timers = new Set<{ at: number; run: () => void }>();
  let now = 1_000;
  const clock: Clock = {
    now: () => now,
    date: () => 1_700_000_000_000 + now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  return {
    clock,
    timers,
    async advance(ms: number) {
      const until = now + ms;
      for (;;) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
    },
  };
}

export function callOf(more: Partial<Call> = {}): Call {
  return {
    id: 'c',
    method: 'tools/call',
    name: 'set_it',
    server: 'a',
    principal: 'local',
    audience: 'x',
    client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: false,
    ...more,
  };
}

/** One call that arrived at the server, to be ended by the test. */
export interface Arrived {
  readonly call: Call;
  readonly cancelled: string[];
  tell(event: ExchangeEvent): void;
  end(outcome: Outcome): void;
}

/** The interceptor before a server that the test plays. */
export function guarded(
  policy: Partial<ServerPolicy> = {},
  options: { heap?: () => number; random?: Random } = {},
) {
  const { clock, advance, timers } = handClock();
  const changes$ = new Subject<string>();
  let present: ServerPolicy | undefined = { ...POLICY, ...policy };
  let answers = true;
  const probes: number[] = [];
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log = { debug: write, info: write, warn: write, error: write, with: () => log };
  const memory = new MemoryWatch(clock, () => {}, options.heap ?? (() => 0));
  const guards = new Guards({
    policies: { of: () => present, changes$ },
    servers: {
      probe: () => {
        probes.push(clock.now());
        return Promise.resolve(answers);
      },
    },
    clock,
    random: options.random ?? MIDDLE,
    log,
    memory,
  });
  const arrived: Arrived[] = [];
  const server: Execute = (call, sink) => {
    const cancelled: string[] = [];
    const end = (outcome: Outcome) => sink({ kind: 'outcome', outcome });
    arrived.push({ call, cancelled, end, tell: sink });
    return {
      cancel(reason) {
        cancelled.push(reason);
        end({ kind: 'cancelled', reason });
      },
      reply: () => 'taken',
    };
  };
  const execute = guardingInterceptor(guards, memory).wrap(server);
  return {
    clock,
    advance,
    timers,
    guards,
    memory,
    arrived,
    probes,
    lines,
    /** What probes are told from now on. */
    answer: (next: boolean) => void (answers = next),
    configure(next: Partial<ServerPolicy> | undefined) {
      present = next && { ...POLICY, ...next };
      guards.policyChanged('a');
    },
    call(more: Partial<Call> = {}) {
      const events: ExchangeEvent[] = [];
      const exchange: Exchange = execute(callOf(more), (event) => void events.push(event));
      return {
        events,
        exchange,
        get outcomes() {
          return events.flatMap((event) => (event.kind === 'outcome' ? [event.outcome] : []));
        },
      };
    },
    /** A call that ends so at once. */
    ended(outcome: Outcome, more: Partial<Call> = {}) {
      const made = this.call(more);
      arrived.at(-1)?.end(outcome);
      return made;
    },
  };
}
