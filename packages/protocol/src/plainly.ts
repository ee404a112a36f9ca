import { DEEPEST, OPEN_BRACE, walkObject, endOfValue } from './json.ts';
import { type Notes, notedAs } from './notes.ts';
import { json } from './value.ts';

const OPEN = Buffer.from('{');
const CLOSE = Buffer.from('}');
const COMMA = Buffer.from(',');
const COLON = Buffer.from(':');

/**
 * The object at `at`, written again so that each noted key stands there plainly and once, with its last value, as
 * JSON.parse would have it. Parsers disagree on `{"name":"a","name":"b"}` and on `{"n\u0061me":"c"}`; without this the
 * gateway could decide on one tool and the server run another. All other bytes stay as they are: a detour through
 * JSON.parse would turn 1e400 into null and round long integers.
 *
 * The object is known to be well-formed.
 */
export function plainly(bytes: Uint8Array, at: number, notes: Notes): Uint8Array {
  const others: Uint8Array[] = [];
  const noted = new Map<string, Uint8Array>();
  walkObject(bytes, at, DEEPEST, (key, keyEnd, value) => {
    const end = endOfValue(bytes, value, DEEPEST);
    const note = notedAs(bytes, key, keyEnd, notes);
    if (note === undefined) {
      others.push(bytes.subarray(key, end));
      return end;
    }
    const deeper = note.inside !== undefined && bytes[value] === OPEN_BRACE;
    const plain = deeper ? plainly(bytes, value, note.inside) : bytes.subarray(value, end);
    noted.set(note.path, Buffer.concat([json(note.key.toString()), COLON, plain]));
    return end;
  });
  const members = [...noted.values(), ...others].flatMap((member, i) =>
    i === 0 ? [member] : [COMMA, member],
  );
  return Buffer.concat([OPEN, ...members, CLOSE]);
}
