import type { Segments } from '@switchyard/protocol';

/** Up to this size one copy is cheaper than several writes. */
const SMALL = 32 * 1024;

export function sizeOf(segments: Segments): number {
  let size = 0;
  for (const segment of segments) size += segment.length;
  return size;
}

/** The same bytes in the pieces to write: what is small in one, what is large as it is, never copied. */
export function pieces(segments: Segments): Segments {
  if (segments.length === 1) return segments;
  const size = sizeOf(segments);
  return size <= SMALL ? [Buffer.concat(segments, size)] : segments;
}

/** The segments of several messages as one JSON array. */
export function asArray(messages: readonly Segments[]): Segments {
  const listed = messages.flatMap((message, i) => (i === 0 ? message : [COMMA, ...message]));
  return [OPEN, ...listed, CLOSE];
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');
