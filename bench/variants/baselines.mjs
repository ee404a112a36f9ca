import { fileURLToPath } from 'node:url';
import { lineOf, start } from '../lib/processes.mjs';

const script = (name) => fileURLToPath(new URL(`../${name}.mjs`, import.meta.url));

/** No proxy: the client speaks to the server itself, over HTTP or over the pipes of a server of its own. */
export const direct = {
  name: 'direct',
  title: 'direct',
  topologies: ['http', 'stdio'],
  count: 1,
  async start({ servers: [server] }) {
    const target =
      server.url === undefined ? { dialect: 'stdio', ...server } : { dialect: 'http', ...server };
    return { target, prefixes: [''] };
  },
};

/** A proxy of this folder, which says its URL on stdout. */
const baseline = (name, title, topologies) => ({
  name,
  title,
  topologies,
  count: 1,
  async start({ servers: [{ url, command, args, env }] }) {
    const process = start(
      globalThis.process.execPath,
      [script(name), ...(url === undefined ? [command, ...args] : [url])],
      {
        env,
      },
    );
    const said = await lineOf(process, (line) => line.url !== undefined);
    return { process, target: { dialect: 'http', url: said.url }, prefixes: [''] };
  },
});

export const floor = baseline('floor', 'floor (bytes piped)', ['http']);
export const minimal = baseline('minimal', 'minimal.mjs', ['stdio']);
export const sdkProxy = baseline('sdk-proxy', 'SDK proxy', ['http', 'stdio']);
