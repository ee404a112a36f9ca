const ID = '{"jsonrpc":"2.0","id":';

export const HELLO = `${ID}1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0.0"}}}`;
export const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

/**
 * What a case asks, and how its answer is checked. Each answer is: it must carry the id that was sent, no error, and
 * what was asked for.
 * @param names the tool's name at each of the variant's servers; they are called in turn.
 */
export const REQUESTS = {
  echo: (names) => ({
    body: (id) =>
      `${ID}${id},"method":"tools/call","params":{"name":"${names[id % names.length]}","arguments":{"nonce":"nonce-${id}"}}}`,
    isRight: (ends, _length, id) => ends.includes(`nonce-${id}"`),
  }),
  big: (names) => ({
    body: (id) =>
      `${ID}${id},"method":"tools/call","params":{"name":"${names[id % names.length]}","arguments":{}}}`,
    isRight: (_ends, length) => length > 1_000_000,
  }),
  list: () => ({
    body: (id) => `${ID}${id},"method":"tools/list","params":{}}`,
    isRight: (_ends, length) => length > 3_000_000,
  }),
};

/** @returns what is wrong with an answer, or undefined */
export function faultOf({ isRight }, answer, ends, id) {
  if (answer.failed !== undefined) return answer.failed;
  if (answer.status !== 200) return `HTTP ${answer.status}`;
  // All ids are equally long, so none begins another.
  if (!ends.includes(`"id":${id}`)) return `not the answer to ${id}: ${ends.slice(0, 200)}`;
  if (ends.includes('"error":{') || ends.includes('"isError":true') || !isRight(ends, answer.length, id)) {
    return `a wrong answer to ${id}: ${ends.slice(0, 200)}`;
  }
  return undefined;
}
