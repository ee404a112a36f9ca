import { openLane } from './lane.mjs';
import { messageOf } from './message-text.mjs';
import { HELLO, INITIALIZED } from './requests.mjs';

const HEADERS =
  'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n';

/** A legacy MCP session over Streamable HTTP, on as many connections as there are lanes. */
export async function openHttpLink({ url }, lanes = 1) {
  const first = await openLane(url);
  const post = (lane, headers, body) =>
    new Promise((resolve) => lane.request('POST', headers, body, resolve));
  const hello = await post(first, HEADERS, HELLO);
  if (hello.status !== 200) {
    first.close();
    throw new Error(`initialize was answered ${hello.failed ?? hello.status}`);
  }
  const session = /\r\nmcp-session-id: *([^\r]+)/i.exec(hello.head)?.[1];
  const headers = session === undefined ? HEADERS : `${HEADERS}Mcp-Session-Id: ${session}\r\n`;
  await post(first, headers, INITIALIZED);
  const more = await Promise.all(Array.from({ length: lanes - 1 }, () => openLane(url)));
  const all = [first, ...more];
  return {
    send: (lane, _id, body, done) => all[lane].request('POST', headers, body, done),
    message: messageOf,
    async close() {
      if (session !== undefined) await new Promise((done) => first.request('DELETE', headers, '', done));
      all.forEach((lane) => lane.close());
    },
  };
}
