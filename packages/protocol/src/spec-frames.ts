import type { Call } from '@switchyard/plugin-api';
import type { Message } from './era.ts';
import type { Frame } from './frame.ts';
import { scan } from './scan.ts';
import { text, utf8, value } from './spec-json.ts';

/** The frame of a message, given as its text, its bytes in pieces, or a value. */
export function frame(message: string | Message | object): Frame {
  const written =
    typeof message === 'string'
      ? message
      : 'segments' in message
        ? text(message.segments)
        : JSON.stringify(message);
  const scanned = scan(utf8(written));
  if (scanned.kind !== 'frame') throw new Error(JSON.stringify(scanned));
  return scanned.frame;
}

/** What a message says. */
export function said(message: Message | undefined): unknown {
  return message && value(message.segments);
}

/** A call of a legacy client, as the pipeline has it. */
export function callOf(method: string, params?: string, more: Partial<Call> = {}): Call {
  const sent = frame(
    `{"jsonrpc":"2.0","id":1,"method":"${method}"${params === undefined ? '' : `,"params":${params}`}}`,
  );
  return {
    id: 'call-1',
    method,
    ...(sent.params ? { params: sent.params } : {}),
    principal: 'local',
    audience: 'session-1',
    client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: true,
    ...more,
  };
}
