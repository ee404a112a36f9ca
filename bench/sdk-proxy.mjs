/*
 * An ordinary proxy of the official SDK's classes: a Server and a transport for each client, one Client to the server.
 * Frozen: it is what other figures are divided by.
 * Arguments: the URL of the server, or its command and arguments.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  CallToolResultSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js';

const INFO = { name: 'sdk-proxy', version: '1.0.0' };
const [target, ...args] = process.argv.slice(2);

const upstream = new Client(INFO);
await upstream.connect(
  target.startsWith('http:')
    ? new StreamableHTTPClientTransport(new URL(target))
    : new StdioClientTransport({
        command: target,
        args,
        env: { ...getDefaultEnvironment(), ...serverEnv() },
      }),
);

const sessions = new Map();

async function openSession() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: true,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  });
  const server = new Server(INFO, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
    upstream.request({ method: 'tools/list', params }, ListToolsResultSchema),
  );
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    upstream.request({ method: 'tools/call', params }, CallToolResultSchema),
  );
  await server.connect(transport);
  return transport;
}

function serverEnv() {
  const { TOOLS, FIRST_TOOL, BENCH_RUN } = process.env;
  return Object.fromEntries(
    Object.entries({ TOOLS, FIRST_TOOL, BENCH_RUN }).filter(([, value]) => value !== undefined),
  );
}

const front = createServer(async (request, response) => {
  const id = request.headers['mcp-session-id'];
  const transport = id === undefined ? await openSession() : sessions.get(id);
  if (transport === undefined) response.writeHead(404).end();
  else await transport.handleRequest(request, response);
});
front.keepAliveTimeout = 600_000;
front.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${front.address().port}/mcp` })}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
