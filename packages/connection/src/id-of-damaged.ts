const ID = String.raw`"id"\s*:\s*(0|[1-9]\d{0,15})`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
const AT_HEAD = new RegExp(String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)?${ID}\s*,`);
const AT_TAIL = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*${VERSION}\s*)?\}\s*$`);
/** Enough for an id and what may stand beside it. */
const WINDOW = 4096;

/**
 * The id of a message that cannot be scanned (too large, or not UTF-8), from whichever end has it as a member of the
 * message itself: directly after the first brace or directly before the last. Our ids are numbers, so only numbers count.
 */
export function idOfDamaged(head: Uint8Array, tail: Uint8Array): number | undefined {
  const match =
    AT_HEAD.exec(Buffer.from(head.subarray(0, WINDOW)).toString('latin1')) ??
    AT_TAIL.exec(Buffer.from(tail.subarray(-WINDOW)).toString('latin1'));
  return match ? Number(match[1]) : undefined;
}
