import { definitions } from '../fixtures/definitions.mjs';
import { listTools, untilListed } from './ask.mjs';
import { MANY } from './cases.mjs';
import { compareLists } from './compare-lists.mjs';
import { openUpstreams } from './upstreams.mjs';

const READY_MS = 20_000;

/**
 * Starts every variant that can go this way, each with servers of its own, and waits until it lists their tools.
 * Who cannot is told why, and stays out.
 * @returns the variants as { name, title, target, pid, prefixes }, what failed, and what stops all of it
 */
export async function openGroup(variants, topology, tools, folder) {
  const ways = variants.filter(({ topologies }) => topologies.includes(topology));
  const opened = [];
  const failed = {};
  const closers = [];
  // One after the other: a start takes both cores, and none of this is timed.
  for (const variant of ways) {
    try {
      const { servers, close } = await openUpstreams(topology, tools, variant.count);
      closers.unshift(close);
      const started = await variant.start({ servers, folder });
      if (started.process !== undefined) closers.unshift(started.process.stop);
      await untilListed(started.target, tools === 'many' ? MANY : 2 * variant.count, READY_MS);
      opened.push({ ...variant, ...started, pid: started.process?.pid });
    } catch (error) {
      failed[variant.name] = error.message;
    }
  }
  return {
    opened,
    failed,
    async close() {
      for (const close of closers) await close();
    },
  };
}

/** What each variant makes of 10,000 definitions. */
export async function compareAll(opened) {
  const served = definitions(MANY);
  const compared = {};
  for (const { name, target, prefixes } of opened) {
    const { tools, pages } = await listTools(target);
    compared[name] = { ...compareLists(tools, served, prefixes), pages };
  }
  return compared;
}
