/*
 * An MCP server over Streamable HTTP (2025-11-25) that is out of order as long as it is told to, and counts the calls that
 * reach it. GET /control?fails=503 (a status), `reset`, or `no` sets how it fails and answers how many calls came since
 * the last time; all but calls is always answered. Says its port on stdout.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const TOOLS = [{ name: 'echo', inputSchema: { type: 'object' } }];
let fails = 'no';
let calls = 0;

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/control') {
    response.end(JSON.stringify({ calls }));
    fails = searchParams.get('fails');
    calls = 0;
    return;
  }
  if (request.method !== 'POST') return void response.writeHead(request.method === 'GET' ? 405 : 200).end();
  const { id, method, params } = await json(request);
  if (id === undefined) return void response.writeHead(202).end();
  if (method === 'tools/call') return called(id, params, response);
  answer(response, id, RESULTS[method]?.(params) ?? {});
});

const RESULTS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'failing', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: TOOLS }),
};

function called(id, params, response) {
  calls += 1;
  if (fails === 'reset') return void response.socket.resetAndDestroy();
  if (fails !== 'no') return void response.writeHead(Number(fails)).end();
  answer(response, id, { content: [{ type: 'text', text: params.arguments.nonce }] });
}

function answer(response, id, result) {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Mcp-Session-Id': SESSION });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

const SESSION = randomUUID();
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`),
);
process.stdin.on('end', () => process.exit(0)).resume();
