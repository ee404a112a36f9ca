import { get } from 'node:http';
import { openLane } from './lane.mjs';
import { endsOf, messageOf } from './message-text.mjs';
import { HELLO, INITIALIZED } from './requests.mjs';

const HEADERS = 'Content-Type: application/json\r\n';
const EVENT_END = Buffer.from('\n\n');
const ID = /"id":(\d+)/g;

/** A session of 2024-11-05's HTTP with SSE, for peers that have nothing else: POSTs go out, answers come on one GET. */
export async function openSseLink({ url }, lanes = 1) {
  const waiting = new Map();
  let endpoint;
  const events = eventReader((event) => {
    const ends = endsOf(event);
    if (endpoint !== undefined && ends.startsWith('event: endpoint')) {
      endpoint(/\ndata: *(\S+)/.exec(ends)[1]);
      return;
    }
    // An id may stand on either side of a result; text of our own servers holds none.
    const id = [...ends.matchAll(ID)].map((found) => Number(found[1])).find((found) => waiting.has(found));
    const done = waiting.get(id);
    waiting.delete(id);
    done?.(event);
  });
  const postTo = new Promise((resolve) => (endpoint = resolve));
  const stream = get(url, { headers: { Accept: 'text/event-stream' } });
  const lost = new Promise((_, reject) => {
    stream.on('error', reject);
    stream.on('response', (response) => {
      response.on('data', events);
      if (response.statusCode !== 200) reject(new Error(`GET was answered ${response.statusCode}`));
    });
  });
  lost.catch(() => undefined);
  const address = new URL(await Promise.race([postTo, lost]), url);
  const all = await Promise.all(Array.from({ length: lanes }, () => openLane(address)));
  const send = (lane, id, body, done) => {
    let parts = 2;
    let answer;
    // Both must be there before the lane is free: the acknowledgement, and the answer on the stream.
    const part = () => --parts === 0 && done(answer);
    waiting.set(id, (event) => {
      answer = event;
      part();
    });
    all[lane].request('POST', HEADERS, body, (accepted) => {
      if (accepted.status !== 202) {
        waiting.delete(id);
        done({ failed: accepted.failed ?? `HTTP ${accepted.status}` });
      } else part();
    });
  };
  await new Promise((resolve) => send(0, 1, HELLO, resolve));
  await new Promise((resolve) => all[0].request('POST', HEADERS, INITIALIZED, resolve));
  return {
    send,
    message: messageOf,
    async close() {
      stream.destroy();
      all.forEach((lane) => lane.close());
    },
  };
}

function eventReader(done) {
  let pieces = [];
  let length = 0;
  let hasNewline = false;
  const push = (piece) => {
    pieces.push(piece);
    length += piece.length;
  };
  const flush = () => {
    const event = { status: 200, pieces, length };
    pieces = [];
    length = 0;
    if (event.length > 0) done(event);
  };
  return (chunk) => {
    let start = 0;
    // The blank line may be cut by the border of two chunks.
    if (hasNewline && chunk[0] === 10) {
      flush();
      start = 1;
    }
    for (let end = chunk.indexOf(EVENT_END, start); end !== -1; end = chunk.indexOf(EVENT_END, start)) {
      push(chunk.subarray(start, end));
      flush();
      start = end + 2;
    }
    if (start < chunk.length) push(chunk.subarray(start));
    hasNewline = start < chunk.length && chunk[chunk.length - 1] === 10;
  };
}
