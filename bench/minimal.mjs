/*
 * The floor of HTTP to stdio: HTTP in, the id swapped by an anchored match, one pipe out. No sessions, no limits,
 * no errors, no lists of its own: the least that carries calls of many clients to one server and back.
 * Frozen: it is what other figures are divided by. Arguments: the command of the server and its arguments.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const [command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
server.on('exit', () => process.exit(1));

/** Everybody here writes these first; what does not is a notification. */
const REQUEST = /^\{"jsonrpc":"2\.0","id":(\d+|"[^"]*"),/;
const ANSWER = /^\{"jsonrpc":"2\.0","id":(\d+),/;
const waiting = new Map();
let lastId = 0;

const front = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).latin1Slice();
    const asked = REQUEST.exec(body);
    if (asked === null) {
      server.stdin.write(`${body}\n`, 'latin1');
      response.writeHead(202).end();
      return;
    }
    const id = ++lastId;
    waiting.set(id, { response, id: asked[1] });
    server.stdin.write(`{"jsonrpc":"2.0","id":${id},${body.slice(asked[0].length)}\n`, 'latin1');
  });
});

function answer(line) {
  const said = ANSWER.exec(line.latin1Slice(0, 48));
  const asked = said === null ? undefined : waiting.get(Number(said[1]));
  if (asked === undefined) return;
  waiting.delete(Number(said[1]));
  const head = `{"jsonrpc":"2.0","id":${asked.id},`;
  const body = line.subarray(said[0].length);
  const { response } = asked;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': head.length + body.length,
  });
  response.cork();
  response.write(head, 'latin1');
  response.end(body);
  response.uncork();
}

let parts = [];
server.stdout.on('data', (chunk) => {
  let start = 0;
  for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
    const last = chunk.subarray(start, end);
    answer(parts.length === 0 ? last : Buffer.concat([...parts, last]));
    parts = [];
    start = end + 1;
  }
  if (start < chunk.length) parts.push(chunk.subarray(start));
});

front.keepAliveTimeout = 600_000;
front.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${front.address().port}/mcp` })}\n`);
});
process.stdin.on('end', () => server.kill()).resume();
