const ID = String.raw`"id"\s*:\s*(0|[1-9]\d{0,15})`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
const AT_HEAD = new RegExp(String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)?${ID}\s*,`);
/** Whoever names a method asks: its id is the server's own, and may be equal to one of ours. */
const ASKS = new RegExp(String.raw`^\s*\{\s*(?:(?:${VERSION}|${ID})\s*,\s*)*"method"\s*:`);
const AT_TAIL = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*${VERSION}\s*)?\}\s*$`);
/** Enough for an id and what may stand beside it. */
const WINDOW = 4096;

/**
 * The id of a message that cannot be scanned (too large, or not UTF-8), from whichever end has it as a member of the
 * message itself: directly after the first brace or directly before the last. Our ids are numbers, so only numbers count.
 */
export function idOfDamaged(head: Uint8Array, tail: Uint8Array): number | undefined {
  const begin = Buffer.from(head.subarray(0, WINDOW)).toString('latin1');
  if (ASKS.test(begin)) return undefined;
  const match = AT_HEAD.exec(begin) ?? AT_TAIL.exec(Buffer.from(tail.subarray(-WINDOW)).toString('latin1'));
  return match ? Number(match[1]) : undefined;
}
