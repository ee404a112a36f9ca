import { openLink } from '../load/open-link.mjs';
import { within } from './processes.mjs';

const POLL_MS = 50;
const LONGEST_MS = 10_000;

/** Asks once, on a session of its own, and parses the answer: for what is not timed. */
export async function ask(target, method, params = {}) {
  const link = await within(LONGEST_MS, 'session', openLink(target));
  try {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
    const answered = new Promise((resolve) => link.send(0, 7, body, resolve));
    const answer = await within(LONGEST_MS, `answer to ${method}`, answered);
    if (answer.failed !== undefined) throw new Error(answer.failed);
    const { result, error } = link.message(answer, 7);
    if (error !== undefined) throw new Error(`${method} was answered ${JSON.stringify(error)}`);
    return result;
  } finally {
    await link.close();
  }
}

/** Every tool that a target lists, all pages; and how many pages that were. */
export async function listTools(target) {
  const tools = [];
  let pages = 0;
  let cursor;
  do {
    const result = await ask(target, 'tools/list', cursor === undefined ? {} : { cursor });
    tools.push(...result.tools);
    cursor = result.nextCursor;
    pages += 1;
  } while (cursor !== undefined);
  return { tools, pages };
}

/** Asks until as many tools are listed as there must be. What stands in the way is said when time is up. */
export async function untilListed(target, count, ms) {
  let last = 'nothing was answered';
  let isOver = false;
  const poll = async () => {
    while (!isOver) {
      try {
        const { tools } = await listTools(target);
        if (tools.length === count) return;
        last = `${tools.length} of ${count} tools were listed`;
      } catch (error) {
        last = error.message;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  await within(ms, `list of ${count} tools`, poll()).catch(({ message }) => {
    isOver = true;
    throw new Error(`${message}: ${last}`);
  });
}
