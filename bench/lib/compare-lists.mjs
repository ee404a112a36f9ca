import { isDeepStrictEqual } from 'node:util';

/**
 * Compares a list item by item with what the servers serve.
 * @param prefixes what a variant puts before the names, one for each server; their tools are told apart by it.
 * @returns a sentence: all equal, or what differs
 */
export function compareLists(listed, served, prefixes) {
  const expected = new Map(served.map((tool) => [tool.name, tool]));
  let equal = 0;
  let firstDifference;
  for (const tool of listed) {
    const prefix = prefixes.find((prefix) => prefix !== '' && tool.name.startsWith(prefix)) ?? '';
    const name = tool.name.slice(prefix.length);
    const original = expected.get(name);
    expected.delete(name);
    if (original !== undefined && isDeepStrictEqual({ ...tool, name }, original)) equal += 1;
    else firstDifference ??= difference(tool, original);
  }
  if (equal === served.length && listed.length === served.length)
    return { isEqual: true, text: `all ${equal} equal` };
  const missing = expected.size === 0 ? '' : `, ${expected.size} missing`;
  return { isEqual: false, text: `${equal} of ${served.length} equal${missing}; ${firstDifference ?? ''}` };
}

function difference(tool, original) {
  if (original === undefined) return `${tool.name} is nobody's`;
  const lost = Object.keys(original).filter((key) => !(key in tool));
  return lost.length > 0 ? `\`${lost.join('`, `')}\` lost` : `${tool.name} is changed`;
}
