import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../lib/free-port.mjs';
import { start } from '../lib/processes.mjs';

export const PEERS_FOLDER = fileURLToPath(new URL('../peers', import.meta.url));

/** Nothing listens there: a peer that calls home by another program, mcp-hub by curl, is refused at once. */
const NOWHERE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
};

/** Starts a peer's command in a home of its own. Its output is read and dropped. */
function startPeer(name, file, args, { folder, env }) {
  const script = path.join(PEERS_FOLDER, 'node_modules', name, file);
  const loopback = path.join(PEERS_FOLDER, 'loopback.mjs');
  const process = start(globalThis.process.execPath, ['--import', loopback, script, ...args], {
    cwd: folder,
    env: { ...env, ...NOWHERE, HOME: folder },
  });
  process.stdout.resume();
  return process;
}

const mcpHub = {
  name: 'mcp-hub',
  title: 'mcp-hub',
  note: "its one MCP endpoint speaks HTTP with SSE (2024-11-05) only: POSTs are acknowledged, answers come on the session's GET",
  topologies: ['http', 'stdio'],
  count: 1,
  async start({ servers, folder: parent }) {
    const folder = await mkdtemp(path.join(parent, 'mcp-hub-'));
    const port = await freePort();
    const config = path.join(folder, 'servers.json');
    await writeFile(config, JSON.stringify({ mcpServers: { s0: servers[0] } }));
    const process = startPeer('mcp-hub', 'dist/cli.js', ['--port', String(port), '--config', config], {
      folder,
    });
    return { process, target: { dialect: 'sse', url: `http://127.0.0.1:${port}/mcp` }, prefixes: ['s0__'] };
  },
};

const supergateway = {
  name: 'supergateway',
  title: 'supergateway',
  note: 'in its stateful mode, which keeps the server running; it does not go from HTTP to HTTP',
  topologies: ['stdio'],
  count: 1,
  async start({ servers: [{ command, args, env }], folder }) {
    const port = await freePort();
    const line = [command, ...args].map((word) => `'${word}'`).join(' ');
    const flags = [
      '--stdio',
      line,
      '--outputTransport',
      'streamableHttp',
      '--stateful',
      '--logLevel',
      'none',
    ];
    const process = startPeer('supergateway', 'dist/index.js', [...flags, '--port', String(port)], {
      folder,
      env,
    });
    return { process, target: { dialect: 'http', url: `http://127.0.0.1:${port}/mcp` }, prefixes: [''] };
  },
};

const mcpProxy = {
  name: 'mcp-proxy',
  title: 'mcp-proxy',
  note: 'without its event store, which would keep a thousand answers a session; it does not go from HTTP to HTTP',
  topologies: ['stdio'],
  count: 1,
  async start({ servers: [{ command, args, env }], folder }) {
    const port = await freePort();
    const flags = [
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--server',
      'stream',
      '--no-eventStore',
      '--',
    ];
    const process = startPeer('mcp-proxy', 'dist/bin/mcp-proxy.mjs', [...flags, command, ...args], {
      folder,
      env,
    });
    return { process, target: { dialect: 'http', url: `http://127.0.0.1:${port}/mcp` }, prefixes: [''] };
  },
};

export const PEERS = [mcpHub, supergateway, mcpProxy];

/** The version of a peer that is installed. */
export function versionOf(name) {
  return createRequire(import.meta.url)(path.join(PEERS_FOLDER, 'node_modules', name, 'package.json'))
    .version;
}
