/** As much as an envelope needs. */
const ENDS = 512;

/** The first and the last bytes of an answer as text; the whole of a short one. */
export function endsOf({ pieces, length }) {
  if (pieces.length === 1 && length <= 2 * ENDS) return pieces[0].latin1Slice();
  if (length <= 2 * ENDS) return Buffer.concat(pieces).latin1Slice();
  let head = '';
  for (let at = 0; head.length < ENDS; at++) head += pieces[at].subarray(0, ENDS - head.length).latin1Slice();
  let tail = '';
  for (let at = pieces.length - 1; tail.length < ENDS; at--) {
    tail = pieces[at].subarray(-(ENDS - tail.length)).latin1Slice() + tail;
  }
  return `${head}\n${tail}`;
}

/** The message in an answer, which is JSON or a stream of events with one `data` that is an answer. */
export function messageOf({ pieces }, id) {
  const text = Buffer.concat(pieces).toString();
  if (text.startsWith('{')) return JSON.parse(text);
  const messages = text
    .split('\n')
    .filter((line) => line.startsWith('data:') && line.trim() !== 'data:')
    .map((line) => JSON.parse(line.slice(5)));
  const message = messages.find((one) => one.id === id);
  if (message === undefined) throw new Error(`no answer to ${id} in ${text.slice(0, 200)}`);
  return message;
}
