import type { Member, Payload, RpcId } from '@switchyard/plugin-api';
import type { Frame, Refusal, Scanned } from './frame.ts';
import { QUOTE } from './tokens.ts';
import { idAt, stringAt } from './value.ts';

/** What the scanner found around the payloads of a message, all of it or up to where it went wrong. */
export interface Envelope {
  readonly text: Uint8Array;
  /** Where the members of JSON-RPC stand in `text`; one that is not finished has no length. */
  readonly members: Record<string, Member | undefined>;
  /** `params`, `result` and `error`, where they are objects. */
  readonly payloads: Record<string, Payload | undefined>;
  /** A key that somebody reads is escaped or repeated. */
  twisted: boolean;
}

/** Whose message this is, as far as that was read. For a message that turned out not to be one. */
export function recognise({ text, members }: Envelope): Pick<Refusal, 'id' | 'of'> {
  const { id: place } = members;
  // A number at the very end of what there is may have had more digits.
  const whole = place !== undefined && place.end > place.start && place.end < text.length;
  const id = whole ? idAt(text, place) : undefined;
  const of = kindOf(members);
  // An id in which a byte is bad would be another id.
  const exact = id !== undefined && !String(id).includes('\ufffd');
  return { ...(exact ? { id } : {}), ...(of === undefined ? {} : { of }) };
}

/**
 * Whether the envelope is one of JSON-RPC 2.0 as MCP has it (2025-11-25, base protocol, messages): ids are strings or
 * integers and never null, params and result are objects, a response has either a result or an error.
 */
export function judge(envelope: Envelope, bytes: Uint8Array): Scanned {
  const { text, members, payloads } = envelope;
  const id = idAt(text, members['id']);
  const kind = kindOf(members);
  if (kind === undefined) {
    const reason = 'it has no method, no result and no error';
    // No log line says that it is JSON-RPC: with an id this is an answer that forgot what it answers.
    const isAnswer = id !== undefined && isVersion2(text, members['jsonrpc']);
    return {
      kind: 'refused',
      refusal: {
        error: 'INVALID_REQUEST',
        reason,
        ...(id !== undefined && { id }),
        ...(isAnswer && { of: 'response' }),
      },
    };
  }
  const wrong =
    wrongAround(envelope, kind, id) ??
    (kind === 'response' ? wrongResponse(envelope) : wrongRequest(envelope));
  if (wrong !== undefined) {
    const refusal: Refusal = {
      error: 'INVALID_REQUEST',
      reason: wrong,
      of: kind,
      ...(id === undefined ? {} : { id }),
    };
    return { kind: 'refused', refusal };
  }
  // Not built by spreading conditions: that alone cost as much as scanning a small message.
  const frame: { -readonly [Key in keyof Frame]: Frame[Key] } = { bytes, kind };
  if (id !== undefined) frame.id = id;
  if (kind === 'response') {
    if (payloads['result'] !== undefined) frame.result = payloads['result'];
    if (payloads['error'] !== undefined) frame.error = payloads['error'];
  } else {
    frame.method = stringAt(text, members['method'])!;
    if (payloads['params'] !== undefined) frame.params = payloads['params'];
  }
  return { kind: 'frame', frame };
}

function wrongAround(
  { text, members }: Envelope,
  kind: Frame['kind'],
  id: RpcId | undefined,
): string | undefined {
  if (!isVersion2(text, members['jsonrpc'])) return 'jsonrpc is not "2.0"';
  if (id !== undefined) return undefined;
  if (members['id'] !== undefined) return 'the id is neither a string of at most 1 KiB nor a safe integer';
  return kind === 'response' ? 'it has no id whose answer it could be' : undefined;
}

const VERSION_2 = Buffer.from('"2.0"');

/** However it is written: escaped, it is decoded. */
function isVersion2(text: Uint8Array, place: Member | undefined): boolean {
  if (place === undefined) return false;
  const plain =
    place.end - place.start === VERSION_2.length &&
    VERSION_2.every((byte, i) => text[place.start + i] === byte);
  return plain || stringAt(text, place) === '2.0';
}

/**
 * A method makes a request or a notification, whatever else is there: the id is then the other side's. Without any of
 * the three it may be a log line, whose id is nobody's.
 */
function kindOf(members: Envelope['members']): Frame['kind'] | undefined {
  if (members['method'] !== undefined) return members['id'] === undefined ? 'notification' : 'request';
  return members['result'] !== undefined || members['error'] !== undefined ? 'response' : undefined;
}

function wrongRequest({ text, members, payloads }: Envelope): string | undefined {
  if (text[members['method']!.start] !== QUOTE) return 'the method is not a string';
  if (members['result'] !== undefined || members['error'] !== undefined)
    return 'a request has no result and no error';
  if (members['params'] !== undefined && payloads['params'] === undefined) return 'params is not an object';
  return undefined;
}

function wrongResponse({ members, payloads }: Envelope): string | undefined {
  if (members['result'] !== undefined && members['error'] !== undefined)
    return 'it has both a result and an error';
  if (members['result'] !== undefined) return payloads['result'] ? undefined : 'the result is not an object';
  const error = payloads['error'];
  if (error === undefined) return 'the error is not an object';
  const code = idAt(error.bytes, error.spans?.['code']);
  if (typeof code !== 'number') return 'the code of the error is not an integer';
  if (stringAt(error.bytes, error.spans?.['message']) === undefined)
    return 'the message of the error is not a string';
  return undefined;
}
