/** What a message may begin with: an object, a batch, white space, a byte order mark. */
const BEGINNINGS: ReadonlySet<number | undefined> = new Set([...Buffer.from('{[ \t\r\n'), 0xef]);

/**
 * Whether a line is certainly no message, by its first byte: nearly all that servers print by mistake is text, and
 * nothing that costs more than this should be done for each line of a flood.
 */
export function isProse(bytes: Uint8Array): boolean {
  return !BEGINNINGS.has(bytes[0]);
}
