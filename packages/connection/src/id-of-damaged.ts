const ID = String.raw`"id"\s*:\s*(0|[1-9]\d{0,15})`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
/**
 * Only a message that begins as an answer is one: whoever names a method asks, with an id of its own that may be equal
 * to one of ours, and a log line may end with any id at all. Each member once: of two ids it would be the last.
 */
const AT_HEAD = new RegExp(
  String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)?(?:${ID}\s*,\s*)?(?:${VERSION}\s*,\s*)?"(?:result|error)"\s*:`,
);
const AT_TAIL = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*${VERSION}\s*)?\}\s*$`);
/** Enough for an id and what may stand beside it. */
const WINDOW = 4096;

/**
 * The id of an answer that cannot be scanned (too large, or not UTF-8), from whichever end has it as a member of the
 * message itself: before the result or error, which must stand at the head, or directly before the last brace. Our ids
 * are numbers, so only numbers count.
 */
export function idOfDamaged(head: Uint8Array, tail: Uint8Array): number | undefined {
  const begin = AT_HEAD.exec(Buffer.from(head.subarray(0, WINDOW)).toString('latin1'));
  if (!begin) return undefined;
  const id = begin[1] ?? AT_TAIL.exec(Buffer.from(tail.subarray(-WINDOW)).toString('latin1'))?.[1];
  return id === undefined ? undefined : Number(id);
}
