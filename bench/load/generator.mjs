/*
 * The load generator: a process of its own, the same one for all variants. It is told by its parent to open a session,
 * to run a load, and to close; the parent reads the proxy's processor time between those.
 */
import { closedLoop } from './closed-loop.mjs';
import { openLink } from './open-link.mjs';
import { openLoop } from './open-loop.mjs';
import { REQUESTS } from './requests.mjs';

/** All ids have as many digits, so that all requests of a case are equally long. */
let lastId = 1_000_000;
const nextId = () => (lastId += 1);

let link;

const COMMANDS = {
  async open({ target, lanes }) {
    link = await openLink(target, lanes);
  },
  async run({ ask, names, load }) {
    const request = REQUESTS[ask](names);
    const before = process.cpuUsage();
    const result = await (load.rate === undefined ? closedLoop : openLoop)(link, request, load, nextId);
    const { user, system } = process.cpuUsage(before);
    return { ...result, generatorCpuMs: (user + system) / 1_000 };
  },
  async close() {
    await link?.close();
    link = undefined;
    globalThis.gc?.();
  },
};

process.on('message', async ({ command, ...rest }) => {
  try {
    process.send({ result: (await COMMANDS[command](rest)) ?? {} });
  } catch (error) {
    process.send({ failed: error.message });
  }
});
process.on('disconnect', () => process.exit(0));
