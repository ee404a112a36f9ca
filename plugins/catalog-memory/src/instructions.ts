/** Bytes of UTF-8 that the instructions of all servers may have together. */
export const MAX_INSTRUCTIONS = 4 * 1024;
const NOTE = '\n[cut here: the instructions of all servers may have 4 KiB together]';

/**
 * What each server says of itself (2025-11-25, lifecycle, initialization), under its name.
 * Undefined if none says anything.
 */
export function joinInstructions(
  said: readonly { readonly server: string; readonly text: string }[],
): string | undefined {
  const parts = said.map(({ server, text }) => `## ${server}\n${text.trim()}`);
  if (parts.length === 0) return undefined;
  const whole = parts.join('\n\n');
  if (Buffer.byteLength(whole) <= MAX_INSTRUCTIONS) return whole;
  return cutText(whole, MAX_INSTRUCTIONS - Buffer.byteLength(NOTE)).trimEnd() + NOTE;
}

/** As much of the text's beginning as has at most `max` bytes of UTF-8, whole characters only. */
export function cutText(text: string, max: number): string {
  // No character has more UTF-16 units than bytes: what is beyond `max` units need not be encoded.
  const bytes = Buffer.from(text.slice(0, max + 1));
  if (bytes.length <= max) return text;
  let end = max;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
