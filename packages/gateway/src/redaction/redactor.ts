import { REDACTED } from '@switchyard/plugin-api';
import { SHORTEST_SECRET, spellings } from './spellings.ts';

/** Masks the known secrets in a text. A text without any comes back as it is. */
export type Redactor = (text: string) => string;

/** Where there are no secrets. */
export const redactNothing: Redactor = (text) => text;

/** Every spelling has so many characters at least: by these it is found. */
const HEAD = SHORTEST_SECRET;
/** Characters that are looked at together. */
const BLOCK = 3;
/** One place for each hash of a block: large enough to be nearly empty with a thousand spellings. */
const PLACES = 1 << 16;
/** So much of a secret gives it away where a text was cut; elsewhere also half of it. */
const CUT = 8;

/**
 * A redactor for these secrets, in all their spellings. It looks at every fourth place of a text only, and goes on from
 * there unless what stands there may be of a head (Wu and Manber's algorithm): it runs over each line of the log.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const byHead = new Map<string, string[]>();
  /** By a block's hash, how far its end is from the end of a head: so far it is safe to go on. */
  const far = new Uint8Array(PLACES).fill(HEAD - BLOCK + 1);
  for (const spelling of spellingsOf(secrets)) {
    const head = spelling.slice(0, HEAD);
    const others = byHead.get(head);
    if (others) others.push(spelling);
    else byHead.set(head, [spelling]);
    for (let end = BLOCK; end <= HEAD; end += 1) {
      const place = placeOf(head, end - BLOCK);
      far[place] = Math.min(far[place]!, HEAD - end);
    }
  }
  if (byHead.size === 0) return redactNothing;

  return (text) => {
    let masked = '';
    let taken = 0;
    let at = 0;
    while (at <= text.length - HEAD) {
      const step = far[placeOf(text, at + HEAD - BLOCK)]!;
      const length = step > 0 ? 0 : secretAt(byHead, text, at);
      if (length === 0) {
        at += Math.max(1, step);
        continue;
      }
      masked += text.slice(taken, at) + REDACTED;
      at += length;
      taken = at;
    }
    return taken === 0 ? text : masked + text.slice(taken);
  };
}

function spellingsOf(secrets: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const secret of new Set(secrets)) {
    if (secret.trim().length < SHORTEST_SECRET) continue;
    for (const spelling of spellings(secret)) all.add(spelling);
  }
  return all;
}

function placeOf(text: string, at: number): number {
  const first = Math.imul(text.charCodeAt(at), 0x9e37) ^ Math.imul(text.charCodeAt(at + 1), 0x85eb);
  return (first ^ Math.imul(text.charCodeAt(at + 2), 0xc2b3)) & (PLACES - 1);
}

/** How many characters at `at` are a secret, or enough of one. */
function secretAt(byHead: ReadonlyMap<string, readonly string[]>, text: string, at: number): number {
  let longest = 0;
  for (const spelling of byHead.get(text.slice(at, at + HEAD)) ?? []) {
    const length = sharedLength(spelling, text, at);
    if (length > longest && isTelling(spelling, length, isCutAt(text, at + length))) longest = length;
  }
  return longest;
}

function sharedLength(spelling: string, text: string, at: number): number {
  const most = Math.min(spelling.length, text.length - at);
  let length = HEAD;
  while (length < most && spelling.charCodeAt(length) === text.charCodeAt(at + length)) length += 1;
  return length;
}

/** At its end, or before what is put behind a text that was cut: a closing quote, a mark that there was more. */
function isCutAt(text: string, at: number): boolean {
  return at === text.length || text[at] === '"' || text[at] === '…';
}

/** Whoever cuts a text does not know that there is a secret at the cut. */
function isTelling(spelling: string, length: number, isCut: boolean): boolean {
  const half = Math.ceil(spelling.length / 2);
  const enough = isCut ? Math.min(half, CUT) : Math.max(half, CUT);
  return length >= Math.min(enough, spelling.length);
}
