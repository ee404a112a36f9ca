import { SwitchyardError, type Member, type Payload, type Spans } from '@switchyard/plugin-api';
import { DEEPEST, OPEN_BRACE, walkObject, endOfValue } from './json.ts';
import { type Notes, PAYLOAD, notedAs, notedAt } from './notes.ts';
import { plainly } from './plainly.ts';
import { Malformed, skipSpace } from './tokens.ts';

/** What was noted of an object. */
export interface Noting {
  readonly spans: Record<string, Member>;
  /** Where the object begins; spans count from there. */
  readonly base: number;
  /** A noted key is escaped or repeated: its spans say something else than its reader would read. */
  twisted: boolean;
}

/** A payload whose noted members have their places. */
export interface SpannedPayload extends Payload {
  readonly spans: Spans;
}

const known = new WeakMap<Payload, SpannedPayload>();

/** Walks the object at `at`, notes its members, and returns its end. @throws Malformed */
export function noteMembers(
  bytes: Uint8Array,
  at: number,
  levels: number,
  notes: Notes,
  noting: Noting,
): number {
  const { spans, base } = noting;
  return walkObject(bytes, at, levels, (key, keyEnd, value) => {
    const noted = notedAt(bytes, key, keyEnd, notes);
    if (noted === undefined) {
      if (notedAs(bytes, key, keyEnd, notes) !== undefined) noting.twisted = true;
      return endOfValue(bytes, value, levels - 1);
    }
    if (spans[noted.path] !== undefined) noting.twisted = true;
    const deeper = noted.inside !== undefined && bytes[value] === OPEN_BRACE;
    const end = deeper
      ? noteMembers(bytes, value, levels - 1, noted.inside, noting)
      : endOfValue(bytes, value, levels - 1);
    spans[noted.path] = { key: key - base, start: value - base, end: end - base };
    return end;
  });
}

/**
 * The payload with its spans: itself if the scanner made it, else scanned now, and once only. A payload with noted keys
 * that are escaped or repeated comes back rewritten, for the reason given at `plainly`.
 * @throws BUG if the bytes are not a JSON object: whoever made the payload broke its contract.
 */
export function withSpans(payload: Payload): SpannedPayload {
  if (payload.spans !== undefined) return payload as SpannedPayload;
  const before = known.get(payload);
  if (before !== undefined) return before;
  const made = spanned(payload.bytes);
  known.set(payload, made);
  return made;
}

/** The payload that `bytes` are, with its spans. @throws BUG like `withSpans` */
export function spanned(bytes: Uint8Array): SpannedPayload {
  const noting: Noting = { spans: {}, base: 0, twisted: false };
  try {
    if (bytes[0] !== OPEN_BRACE) throw new Malformed(0, 'an object was expected');
    const end = noteMembers(bytes, 0, DEEPEST, PAYLOAD, noting);
    if (skipSpace(bytes, end) < bytes.length) throw new Malformed(end, 'something follows the object');
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const what = `a payload is not a JSON object: byte ${error.at}: ${error.what}`;
    throw new SwitchyardError('BUG', { what }, { cause: error });
  }
  return noting.twisted ? spanned(plainly(bytes, 0, PAYLOAD)) : { bytes, spans: noting.spans };
}
