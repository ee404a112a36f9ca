const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;

/**
 * The segments without raw line breaks, which line- and SSE-framed wires cannot carry: each becomes a space, so all
 * positions stay. Only segments that have one are copied. In JSON a raw line break stands between tokens only.
 */
export function onOneLine(segments: readonly Uint8Array[]): readonly Uint8Array[] {
  return segments.some(hasBreak) ? segments.map(withoutBreaks) : segments;
}

function withoutBreaks(segment: Uint8Array): Uint8Array {
  if (!hasBreak(segment)) return segment;
  return segment.map((byte) => (byte === NEWLINE || byte === RETURN ? SPACE : byte));
}

function hasBreak(bytes: Uint8Array): boolean {
  return bytes.includes(NEWLINE) || bytes.includes(RETURN);
}
