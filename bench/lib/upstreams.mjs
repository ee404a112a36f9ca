import { fileURLToPath } from 'node:url';
import { MANY } from './cases.mjs';
import { BENCH_RUN, lineOf, start } from './processes.mjs';

const fixture = (name) => fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));

/**
 * The servers that stand behind one variant: `count` of them, which serve 10,000 tools together, or two each.
 * Servers over HTTP run when this resolves; those on stdio are commands that the variant starts itself.
 * @returns a list of { url } or { command, args, env }, and what ends them
 */
export async function openUpstreams(topology, tools, count) {
  const envOf = (index) => ({
    BENCH_RUN,
    ...(tools === 'many' && {
      TOOLS: String(MANY / count),
      FIRST_TOOL: String((index * MANY) / count),
    }),
  });
  const all = Array.from({ length: count }, (_, index) => index);
  if (topology === 'stdio') {
    const args = [fixture('upstream-stdio')];
    return {
      servers: all.map((index) => ({ command: process.execPath, args, env: envOf(index) })),
      close: async () => undefined,
    };
  }
  const processes = all.map((index) =>
    start(process.execPath, [fixture('upstream-http')], { env: envOf(index) }),
  );
  const servers = await Promise.all(
    processes.map(async (process) => ({ url: (await lineOf(process, ({ url }) => url !== undefined)).url })),
  );
  return { servers, close: async () => void (await Promise.all(processes.map(({ stop }) => stop()))) };
}
