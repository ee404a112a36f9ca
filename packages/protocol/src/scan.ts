import { isUtf8 } from 'node:buffer';
import { type Envelope, judge, recognise } from './envelope.ts';
import { FRAME_LIMITS, type FrameLimits, type Refusal, type Scanned } from './frame.ts';
import { OPEN_BRACE, OPEN_BRACKET, walkArray, walkObject, endOfValue, levelsOf } from './json.ts';
import { type Noting, noteMembers } from './members.ts';
import { ENVELOPE, type Notes, notedAs, notedAt } from './notes.ts';
import { plainly } from './plainly.ts';
import { Malformed, skipSpace, walking, walkOver } from './tokens.ts';

/** More messages in one batch are refused: each becomes a call of its own. */
export const MAX_BATCH_ITEMS = 1_000;

const BOM = [0xef, 0xbb, 0xbf];

/**
 * Reads one JSON-RPC message in one pass over its bytes, decoding nothing but the envelope. Never throws.
 *
 * A frame is UTF-8, well-formed JSON, within the limits, and a legal envelope; its payloads are parts of `bytes`. The
 * envelope is what `JSON.parse` would have read, byte for byte. A byte order mark and white space around the message
 * are not part of the frame. Items of a batch are scanned by whoever accepts batches.
 */
export function scan(bytes: Uint8Array, limits: FrameLimits = FRAME_LIMITS): Scanned {
  if (bytes.length > limits.maxBytes) {
    return refused({ error: 'INVALID_REQUEST', reason: `it has more than ${limits.maxBytes} bytes` });
  }
  const whole = asBuffer(bytes);
  const text = BOM.every((byte, i) => whole[i] === byte) ? whole.subarray(BOM.length) : whole;
  const start = skipSpace(text, 0);
  const levels = levelsOf(limits.maxDepth);
  if (text[start] === OPEN_BRACE) return scanObject(text, start, levels);
  return scanOther(text, start, levels);
}

/** One class for all that is walked: two of them make each look at a byte slower, for the rest of the process. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function scanObject(text: Uint8Array, start: number, levels: number): Scanned {
  const envelope: Envelope = { text, members: noMembers(), payloads: noPayloads(), twisted: false };
  const refusal = malformation(text, () => noteEnvelope(envelope, start, levels));
  // What was read before it went wrong says whom to tell. Not where keys are twisted: then nobody knows what it says.
  if (typeof refusal === 'object') {
    return refused(envelope.twisted ? refusal : { ...refusal, ...recognise(envelope) });
  }
  if (envelope.twisted) return scanObject(plainly(text, start, ENVELOPE), 0, levels);
  return judge(envelope, text.subarray(start, refusal));
}

function noteEnvelope(envelope: Envelope, at: number, levels: number): number {
  const { text, members } = envelope;
  return walkObject(text, at, levels, (key, keyEnd, value) => {
    const noted = notedAt(text, key, keyEnd, ENVELOPE);
    if (noted === undefined) {
      if (notedAs(text, key, keyEnd, ENVELOPE) !== undefined) envelope.twisted = true;
      return endOfValue(text, value, levels - 1);
    }
    if (members[noted.path] !== undefined) envelope.twisted = true;
    // First without an end: should the value break off, it is known at least what the message was going to be.
    const member = { key, start: value, end: value };
    members[noted.path] = member;
    const isPayload = noted.inside !== undefined && text[value] === OPEN_BRACE;
    const end = isPayload
      ? notePayload(envelope, noted.path, noted.inside, value, levels - 1)
      : endOfValue(text, value, levels - 1);
    member.end = end;
    return end;
  });
}

/** All members that the envelope can have, in one shape: adding them one by one would make a new one for each message. */
function noMembers(): Envelope['members'] {
  return {
    jsonrpc: undefined,
    id: undefined,
    method: undefined,
    params: undefined,
    result: undefined,
    error: undefined,
  };
}

function noPayloads(): Envelope['payloads'] {
  return { params: undefined, result: undefined, error: undefined };
}

function notePayload(envelope: Envelope, path: string, notes: Notes, at: number, levels: number): number {
  const noting: Noting = { spans: {}, base: at, twisted: false };
  const end = noteMembers(envelope.text, at, levels, notes, noting);
  if (noting.twisted) envelope.twisted = true;
  envelope.payloads[path] = { bytes: envelope.text.subarray(at, end), spans: noting.spans };
  return end;
}

/** An array is a batch; anything else is no message, though it may be JSON. */
function scanOther(text: Uint8Array, start: number, levels: number): Scanned {
  const items: Uint8Array[] = [];
  const isBatch = text[start] === OPEN_BRACKET;
  const refusal = malformation(text, () => {
    if (!isBatch) return endOfValue(text, start, levels);
    // The array is no level of its messages.
    return walkArray(text, start, levels + 1, (item) => {
      const end = endOfValue(text, item, levels);
      if (items.length <= MAX_BATCH_ITEMS) items.push(text.subarray(item, end));
      return end;
    });
  });
  if (typeof refusal === 'object') return refused(refusal);
  if (!isBatch) return refused({ error: 'INVALID_REQUEST', reason: 'it is not an object' });
  if (items.length === 0) return refused({ error: 'INVALID_REQUEST', reason: 'the batch is empty' });
  if (items.length > MAX_BATCH_ITEMS) {
    return refused({
      error: 'INVALID_REQUEST',
      reason: `the batch has more than ${MAX_BATCH_ITEMS} messages`,
    });
  }
  return { kind: 'batch', items };
}

/** Runs `walk` over all of `text`: its end, or why `text` is not one JSON value in UTF-8. */
function malformation(text: Uint8Array, walk: () => number): Refusal | number {
  try {
    walking(text);
    const end = walk();
    const rest = skipSpace(text, end);
    if (rest < text.length) throw new Malformed(rest, 'something follows the message');
    // Last, so that the id of a message with a bad byte in its payload is known.
    return isUtf8(text) ? end : { error: 'PARSE_ERROR', reason: 'it is not UTF-8' };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return {
      error: error.tooDeep ? 'INVALID_REQUEST' : 'PARSE_ERROR',
      reason: `byte ${error.at}: ${error.what}`,
    };
  } finally {
    walkOver();
  }
}

function refused(refusal: Refusal): Scanned {
  return { kind: 'refused', refusal };
}
