/** How much of a server's stderr is kept. */
const KEPT_BYTES = 64 * 1024;

/** C0, DEL and C1 but tab and newline, and the marks that turn the direction of text: a terminal obeys these. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a stranger as it may be shown: control characters as `\u001b`, so that they do nothing. */
export function escapeControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROLS, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The last 64 KiB that a server wrote to its stderr, in a buffer that never grows, however much it writes. */
export class StderrRing {
  #ring: Buffer | undefined;
  #written = 0;

  /** How many bytes came in all. */
  get bytes(): number {
    return this.#written;
  }

  /** How many of them are not kept any more. */
  get shed(): number {
    return Math.max(0, this.#written - KEPT_BYTES);
  }

  push(chunk: Uint8Array): void {
    this.#ring ??= Buffer.allocUnsafe(KEPT_BYTES);
    const kept = chunk.subarray(Math.max(0, chunk.length - KEPT_BYTES));
    this.#written += chunk.length - kept.length;
    const at = this.#written % KEPT_BYTES;
    const untilEnd = kept.subarray(0, KEPT_BYTES - at);
    this.#ring.set(untilEnd, at);
    this.#ring.set(kept.subarray(untilEnd.length), 0);
    this.#written += kept.length;
  }

  /**
   * The last lines, at most `maxBytes` of them, escaped; undefined if nothing came. A line that is cut is left out, and
   * where there is no other, the word that is cut: half a secret could not be recognised as one.
   */
  tail(maxBytes: number): string | undefined {
    if (!this.#ring) return undefined;
    const kept = Math.min(this.#written, KEPT_BYTES);
    // With the byte before them, which tells whether they begin something.
    const length = Math.min(kept, maxBytes + 1);
    const end = this.#written % KEPT_BYTES;
    const start = end - length;
    const bytes =
      start >= 0
        ? this.#ring.subarray(start, end)
        : Buffer.concat([this.#ring.subarray(start + KEPT_BYTES), this.#ring.subarray(0, end)]);
    const whole = length < this.#written ? bytes.subarray(beginning(bytes)) : bytes;
    return escapeControls(whole.toString()).trimEnd() || undefined;
  }
}

/** Where the first line begins that is not cut, else the first word. */
function beginning(bytes: Uint8Array): number {
  const line = bytes.indexOf(0x0a) + 1;
  if (line > 0 && line < bytes.length) return line;
  const word = bytes.findIndex((byte) => byte === 0x20 || byte === 0x09) + 1;
  return word > 0 ? word : bytes.length;
}
