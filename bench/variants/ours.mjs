import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineOf, start } from '../lib/processes.mjs';

export const BIN = fileURLToPath(new URL('../../packages/cli/bin/switchyard.js', import.meta.url));

/** Switchyard as it is built, with one server under its own names, or with several under prefixes. */
export const switchyard = (name, count) => ({
  name,
  title: count === 1 ? 'Switchyard, one server' : `Switchyard, ${count} servers`,
  topologies: ['http', 'stdio'],
  count,
  async start({ servers, folder, node = [] }) {
    const process = await serve(servers, folder, { node });
    const { mcp } = await lineOf(process, ({ event }) => event === 'listening');
    const prefixes = servers.map((_, index) => (count === 1 ? '' : `s${index}__`));
    return { process, target: { dialect: 'http', url: mcp }, prefixes };
  },
});

/** Starts `switchyard serve` in a folder of its own; `node`: flags of Node, `plugins`: as a configuration has them. */
export async function serve(servers, parent, { node = [], plugins = {} } = {}) {
  const folder = await mkdtemp(path.join(parent, 'switchyard-'));
  const entries = servers.map((server, index) => [
    `s${index}`,
    servers.length === 1 ? { ...server, prefix: '' } : server,
  ]);
  const file = path.join(folder, 'switchyard.jsonc');
  await writeFile(file, JSON.stringify({ plugins, mcpServers: Object.fromEntries(entries) }, undefined, 2));
  const stateDir = path.join(folder, 'state');
  const args = ['serve', '--json', '--config', file, '--port', '0', '--state-dir', stateDir];
  return {
    ...start(process.execPath, [...node, BIN, ...args], { cwd: folder, env: { HOME: folder } }),
    stateDir,
  };
}
