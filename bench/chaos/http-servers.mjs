/*
 * MCP servers over Streamable HTTP (2025-11-25) that misbehave by the count of their calls, and note each call that they
 * execute as scripted servers do. Argument: a list of { seed, log } as JSON; says the port of each on stdout.
 */
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { randomOf } from '@switchyard/testing';

const TOOL = {
  name: 'echo',
  inputSchema: { type: 'object', properties: { nonce: { type: 'string' }, text: { type: 'string' } } },
};
const GAP = { least: 8, most: 40 };
/** The last ones are dear: everybody waits for them. */
const MISDEEDS = [
  ...['twice', 'strangers', 'otherId', 'refused', 'failed', 'broken', 'noJson', 'late', 'forget', 'restart'],
  ...['twice', 'strangers', 'otherId', 'refused', 'failed', 'broken', 'noJson', 'late'],
  'never',
];
const LATE_BY = 3;

function serve({ seed, log }) {
  const random = randomOf(seed);
  const gap = () => GAP.least + Math.floor(random() * (GAP.most - GAP.least + 1));
  const file = openSync(log, 'a');
  const sessions = new Set();
  let late = [];
  let run = 1;
  let calls = 0;
  let nextAt = gap();

  const server = createServer((request, response) => {
    const session = request.headers['mcp-session-id'];
    if (request.method === 'POST') {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => receive(JSON.parse(Buffer.concat(pieces).toString()), session, response));
    } else if (request.method === 'GET' && seed % 2 === 0 && sessions.has(session)) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    } else {
      request.resume();
      if (request.method === 'DELETE') sessions.delete(session);
      response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
    }
  });

  function receive(message, session, response) {
    const { id, method } = message;
    if (method === 'initialize') {
      const created = randomUUID();
      sessions.add(created);
      const { protocolVersion } = message.params;
      const serverInfo = { name: 'chaos', version: '1.0.0' };
      const result = { protocolVersion, capabilities: { tools: {} }, serverInfo };
      answer(response, { id, result }, { 'Mcp-Session-Id': created });
    } else if (!sessions.has(session)) response.writeHead(404).end();
    else if (id === undefined) response.writeHead(202).end();
    else if (method === 'tools/list') answer(response, { id, result: { tools: [TOOL] } });
    else if (method === 'tools/call') call(message, response);
    else answer(response, { id, result: {} });
  }

  function call({ id, params }, response) {
    calls += 1;
    const misdeed = calls === nextAt ? MISDEEDS[Math.floor(random() * MISDEEDS.length)] : undefined;
    if (misdeed !== undefined) nextAt = calls + gap();
    if (misdeed === 'refused') return void response.writeHead(503, { 'Retry-After': '0' }).end();
    if (misdeed === 'forget' || misdeed === 'restart') {
      sessions.clear();
      run += 1;
      if (misdeed === 'restart') server.closeAllConnections();
      else response.writeHead(404).end();
      return;
    }
    const { nonce, text } = params.arguments;
    writeSync(file, `${nonce}\t${process.pid}\t${run}\n`);
    const content = [nonce, ...(text === undefined ? [] : [text])].map((each) => ({
      type: 'text',
      text: each,
    }));
    const reply = { id, result: { content } };
    const send = () => (calls % 3 === 0 ? stream(response, reply) : answer(response, reply));
    release();
    if (misdeed === 'twice') stream(response, reply, reply);
    else if (misdeed === 'strangers')
      stream(response, { id: 1, result: {} }, { id: `${id}0`, result: {} }, reply);
    else if (misdeed === 'otherId') stream(response, { ...reply, id: 'another' });
    else if (misdeed === 'failed') response.writeHead(500).end('it broke after it was done');
    else if (misdeed === 'broken') breakOff(response, reply);
    else if (misdeed === 'noJson') response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
    else if (misdeed === 'late') late.push({ left: LATE_BY, send });
    else if (misdeed !== 'never') send();
  }

  function release() {
    const due = late.filter((one) => (one.left -= 1) === 0);
    late = late.filter(({ left }) => left > 0);
    for (const { send } of due) send();
  }

  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

const textOf = (message) => JSON.stringify({ jsonrpc: '2.0', ...message });

function answer(response, message, headers = {}) {
  const body = Buffer.from(textOf(message));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers });
  response.end(body);
}

function stream(response, ...messages) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const log = { method: 'notifications/message', params: { level: 'info', data: 'at work' } };
  response.write(`: it lives\n\ndata: ${textOf(log)}\n\n`);
  response.end(messages.map((message) => `event: message\ndata: ${textOf(message)}\n\n`).join(''));
}

function breakOff(response, message) {
  const body = Buffer.from(textOf(message));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
}

const ports = await Promise.all(JSON.parse(process.argv[2]).map(serve));
process.stdout.write(`${JSON.stringify({ ports })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
