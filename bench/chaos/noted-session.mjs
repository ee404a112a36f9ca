import { openLane } from '../load/lane.mjs';
import { HELLO, INITIALIZED } from '../load/requests.mjs';

const HEADERS =
  'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n';
/** Of every session: the official SDK's clients count from 0 too. The greeting has used the first ones. */
const FIRST_ID = 10;

/**
 * A session that writes down what it asks and what it is told, and believes nothing. It holds the notes of its own life
 * alone; whoever opened it has them judged and forgets them.
 * @param name is in each nonce
 * @param counts of messages, of all sessions: it is added to
 */
export async function openNotedSession(url, name, lanes, counts) {
  // One more, for what has no answer.
  const all = await Promise.all(Array.from({ length: lanes + 1 }, () => openLane(url)));
  let headers = HEADERS;
  const post = (lane, body) =>
    // A lane writes Latin-1: the bytes of UTF-8, one a character.
    new Promise((resolve) => all[lane].request('POST', headers, Buffer.from(body).latin1Slice(), resolve));
  const hello = await post(lanes, HELLO);
  const session = /\r\nmcp-session-id: *([^\r]+)/i.exec(hello.head ?? '')?.[1];
  if (session === undefined) throw new Error(`initialize was answered ${hello.failed ?? hello.status}`);
  headers = `${HEADERS}Mcp-Session-Id: ${session}\r\n`;
  await post(lanes, INITIALIZED);

  const history = [];
  const corrupt = [];
  const asked = new Map();
  let nextId = FIRST_ID;
  let notices = Promise.resolve();
  let isGone = false;

  function note(id, { failed, status, pieces }) {
    // A connection that broke is no answer.
    if (failed !== undefined) {
      counts.broken += 1;
      return undefined;
    }
    let isAnswered = false;
    let executed;
    for (const message of messagesOf(Buffer.concat(pieces).toString())) {
      counts.received += 1;
      if (message.id === undefined || message.id === null) continue;
      isAnswered = true;
      const text = message.error ? undefined : String(message.result?.content?.[0]?.text);
      const answer = message.error
        ? { kind: 'error', message: message.error.message, executed: message.error.data?.executed }
        : { kind: 'result', text };
      executed = answer.executed;
      history.push({ event: 'answered', client: name, id: message.id, answer });
      const call = asked.get(message.id);
      if (text === call?.nonce && message.result.content[1]?.text !== call?.text)
        corrupt.push(
          `client ${name}, nonce ${call?.nonce}: its text of ${call?.text?.length} characters is another one`,
        );
    }
    if (status !== 200 && !isAnswered && status !== 202) history.push({ event: 'refused', client: name, id });
    return executed;
  }

  return {
    history,
    corrupt,
    /**
     * Resolves when there is an answer or will be none, with what it says of `executed`, if it is an error.
     * @param cancels it gives the call up when it was sent
     */
    async call(lane, server, text, cancels = false) {
      const id = nextId++;
      const nonce = `${name}-${id}`;
      history.push({ event: 'invoked', client: name, id, nonce, server });
      asked.set(id, { nonce, text });
      const params = { name: `${server}__echo`, arguments: text === undefined ? { nonce } : { nonce, text } };
      const answered = post(lane, JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
      counts.sent += 1;
      if (cancels) {
        history.push({ event: 'cancelled', client: name, id });
        counts.sent += 1;
        const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } };
        notices = notices.then(() => post(lanes, JSON.stringify(cancel)));
      }
      const answer = await answered;
      const executed = note(id, answer);
      asked.delete(id);
      if (answer.failed !== undefined && !isGone) all[lane] = await openLane(url);
      return executed;
    },
    /** Its connections are gone, without a word: what was under way is given up. */
    vanish() {
      isGone = true;
      for (const id of asked.keys()) history.push({ event: 'cancelled', client: name, id });
      all.forEach((lane) => lane.close());
    },
    async close() {
      await notices;
      await new Promise((done) => all[lanes].request('DELETE', headers, '', done));
      all.forEach((lane) => lane.close());
    },
  };
}

function messagesOf(body) {
  if (body.startsWith('{')) return [JSON.parse(body)];
  // By its bytes alone: to `$` and `.` U+2028 ends a line, to an event stream it does not.
  const lines = body.split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}
