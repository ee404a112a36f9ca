import {
  ERRORS,
  parsePayload,
  type Ask,
  type Call,
  type ErrorCode,
  type Exchange,
  type ExchangeEvent,
  type Execute,
  type Outcome,
} from '@switchyard/plugin-api';

let count = 0;

/** A call of the tool "echo" with arguments, as the bytes that a client might have written. */
export function callOf(changes: Partial<Call> & { readonly args?: string } = {}): Call {
  const { args = '{}', ...rest } = changes;
  return {
    id: `call-${(count += 1)}`,
    method: 'tools/call',
    name: 'echo',
    params: { bytes: Buffer.from(`{"name":"echo","arguments":${args}}`) },
    server: 'sample',
    principal: 'local',
    audience: 'session-1',
    client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: false,
    ...rest,
  };
}

/** What an outcome says, in the words of the error table. */
export interface Said {
  readonly kind: Outcome['kind'];
  /** A code of the table, if the gateway answered. */
  readonly code?: ErrorCode;
  readonly executed?: string;
  readonly message?: string;
  readonly retryAfterMs?: number;
  readonly retryable?: boolean;
  /** Of a result: the text as it came. */
  readonly text?: string;
}

const CODES = new Map(
  (Object.keys(ERRORS) as ErrorCode[]).map((code) => [`SWY-E${ERRORS[code].number}`, code]),
);

export function said(outcome: Outcome): Said {
  switch (outcome.kind) {
    case 'result':
    case 'suspended':
      return { kind: outcome.kind, text: Buffer.from(outcome.result.bytes).toString() };
    case 'cancelled':
      return { kind: 'cancelled', message: outcome.reason };
    case 'error': {
      const { message, data } = parsePayload(outcome.error) as {
        message: string;
        data?: { code?: string; executed?: string; retryAfterMs?: number; retryable?: boolean };
      };
      const code = CODES.get(data?.code ?? '');
      // The two places that say so are read by different people: they must agree.
      if (code && data?.executed !== outcome.executed) throw new Error('the outcome contradicts itself');
      return {
        kind: 'error',
        executed: outcome.executed,
        message,
        ...(code && { code }),
        ...(data?.retryable !== undefined && { retryable: data.retryable }),
        ...(data?.retryAfterMs !== undefined && { retryAfterMs: data.retryAfterMs }),
      };
    }
  }
}

/** A call under way, with all that came back. */
export interface Watched {
  readonly call: Call;
  readonly exchange: Exchange;
  readonly events: readonly ExchangeEvent[];
  /** What the client is asked, with our ids. */
  readonly asks: readonly Ask[];
  /** Parsed params of the progress that came. */
  readonly progress: readonly unknown[];
  /** One, once it is over; more would be a fault. */
  readonly outcomes: readonly Said[];
}

/** Executes a call and watches what comes back. */
export function watch(execute: Execute, changes: Parameters<typeof callOf>[0] = {}): Watched {
  const call = callOf(changes);
  const events: ExchangeEvent[] = [];
  const progress: unknown[] = [];
  const asks: Ask[] = [];
  const outcomes: Said[] = [];
  const exchange = execute(call, (event) => {
    events.push(event);
    if (event.kind === 'progress') progress.push(parsePayload(event.params));
    if (event.kind === 'ask') asks.push(event.ask);
    if (event.kind === 'outcome') outcomes.push(said(event.outcome));
  });
  return { call, exchange, events, asks, progress, outcomes };
}
