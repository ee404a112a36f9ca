import type { Call, ExchangeEvent, Outcome, Sink } from '@switchyard/plugin-api';
import { payloadOf } from '@switchyard/plugin-api';

/** A call as an endpoint would make it. */
export function callFor(name: string, more: Partial<Call> = {}): Call {
  return {
    id: `call-${name}`,
    method: 'tools/call',
    params: payloadOf({ name }),
    name,
    principal: 'local',
    audience: 'session-1',
    client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: false,
    ...more,
  };
}

/** A sink that keeps what reaches it. */
export function recorder(): {
  readonly sink: Sink;
  readonly events: ExchangeEvent[];
  readonly outcomes: Outcome[];
} {
  const events: ExchangeEvent[] = [];
  const outcomes: Outcome[] = [];
  return {
    events,
    outcomes,
    sink: (event) => {
      events.push(event);
      if (event.kind === 'outcome') outcomes.push(event.outcome);
    },
  };
}

/** An answer that a server might give. */
export const RESULT: Outcome = { kind: 'result', result: payloadOf({ content: [] }) };
