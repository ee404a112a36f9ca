import { type Collected, MessageBuffer } from './message-buffer.ts';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const NEWLINE = Buffer.from('\n');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Ids go back to the server in a header; types and retry times are shorter still. */
const MAX_VALUE = 4096;
const LONGEST_FIELD = 'retry'.length;

/** Where in a line the next byte stands. */
type Place =
  | { readonly at: 'name'; readonly name: string }
  | { readonly at: 'value'; readonly field: 'data' | 'id' | 'event' | 'retry'; readonly begun: boolean }
  /** The rest of the line says nothing: a comment, or a field that nobody knows. */
  | { readonly at: 'ignored' };

const LINE_START: Place = { at: 'name', name: '' };
const IGNORED: Place = { at: 'ignored' };

/**
 * Reads an event stream (WHATWG HTML, 9.2, server-sent events; 2025-11-25, transports, Streamable HTTP). Messages are
 * never decoded: an event's data in one line and one chunk is given out where it stands. An event whose data is over
 * `maxBytes` is skipped to its end without being held. What is no event of type `message` is not given out.
 */
export class SseParser {
  readonly #emit: (data: Collected) => void;
  readonly #data: MessageBuffer;
  #place: Place = LINE_START;
  #afterReturn = false;
  /** How many bytes of a byte order mark were seen; 3 too if there is none. */
  #mark = 0;
  #dataLines = 0;
  #value = Buffer.alloc(0);
  #valueOver = false;
  #type = '';
  #id: string | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  /** Whole events so far, those without data too. */
  events = 0;
  /** Events of other types than `message`. */
  ignored = 0;

  constructor(maxBytes: number, emit: (data: Collected) => void) {
    this.#data = new MessageBuffer(maxBytes);
    this.#emit = emit;
  }

  /** The id of the last whole event that had one. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  /** How long the server wants to be left alone before the stream is asked for again, in milliseconds. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Takes the next bytes; the events that they complete are given out before it returns. */
  push(chunk: Uint8Array): void {
    const { length } = chunk;
    let position = this.#mark < BYTE_ORDER_MARK.length ? this.#skipMark(chunk) : 0;
    // Each is looked for again only when it was passed, or a chunk of short lines would be searched again and again.
    let feed = -1;
    let back = -1;
    while (position < length) {
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (chunk[position] === LF) {
          position += 1;
          continue;
        }
      }
      if (feed < position) feed = indexOf(chunk, LF, position);
      if (back < position) back = indexOf(chunk, CR, position);
      const end = Math.min(feed, back);
      if (end > position) this.#take(chunk.subarray(position, end));
      if (end >= length) return;
      this.#endLine();
      this.#afterReturn = end === back;
      position = end + 1;
    }
  }

  /** The number of bytes of `chunk` that belong to a byte order mark. */
  #skipMark(chunk: Uint8Array): number {
    for (const [index, byte] of chunk.entries()) {
      if (this.#mark === BYTE_ORDER_MARK.length) return index;
      if (byte !== BYTE_ORDER_MARK[this.#mark]) {
        // It only began like one: these bytes are the beginning of the first line.
        if (this.#mark > 0) this.#take(BYTE_ORDER_MARK.subarray(0, this.#mark));
        this.#mark = BYTE_ORDER_MARK.length;
        return index;
      }
      this.#mark += 1;
    }
    return chunk.length;
  }

  /** Some of a line, at least one byte. */
  #take(piece: Uint8Array): void {
    const place = this.#place;
    if (place.at === 'name') {
      const colon = piece.indexOf(COLON);
      const end = Math.min(colon === -1 ? piece.length : colon, LONGEST_FIELD + 1);
      const name = place.name + String.fromCharCode(...piece.subarray(0, end));
      if (colon === -1) {
        this.#place = name.length > LONGEST_FIELD ? IGNORED : { at: 'name', name };
        return;
      }
      this.#beginValue(name);
      if (colon + 1 < piece.length) this.#take(piece.subarray(colon + 1));
    } else if (place.at === 'value') {
      const value = !place.begun && piece[0] === SPACE ? piece.subarray(1) : piece;
      if (!place.begun) this.#place = { ...place, begun: true };
      if (place.field === 'data') this.#data.push(value);
      else if (this.#value.length + value.length > MAX_VALUE) this.#valueOver = true;
      else this.#value = Buffer.concat([this.#value, value]);
    }
  }

  #beginValue(name: string): void {
    if (name !== 'data' && name !== 'id' && name !== 'event' && name !== 'retry') {
      this.#place = IGNORED;
      return;
    }
    this.#place = { at: 'value', field: name, begun: false };
    if (name !== 'data') return;
    if (this.#dataLines > 0) this.#data.push(NEWLINE);
    this.#dataLines += 1;
  }

  #endLine(): void {
    if (this.#place.at === 'name') {
      if (this.#place.name === '') return this.#endEvent();
      // A line without a colon is a field without a value.
      this.#beginValue(this.#place.name);
    }
    const place = this.#place;
    this.#place = LINE_START;
    if (place.at !== 'value' || place.field === 'data') return;
    const value = this.#value.toString('utf8');
    const over = this.#valueOver;
    this.#value = Buffer.alloc(0);
    this.#valueOver = false;
    if (place.field === 'event') this.#type = over ? 'unknown' : value;
    else if (over) return;
    else if (place.field === 'id') this.#id = value.includes('\0') ? this.#id : value;
    else if (/^[0-9]+$/.test(value)) this.#retryMs = Number(value);
  }

  #endEvent(): void {
    this.#lastEventId = this.#id;
    if (this.#dataLines > 0 || this.#id !== undefined) this.events += 1;
    const type = this.#type;
    this.#type = '';
    if (this.#dataLines === 0) return;
    this.#dataLines = 0;
    const data = this.#data.take();
    // An event without data gives its id only, to resume from (2025-11-25, transports, Streamable HTTP).
    if ('bytes' in data && data.bytes.length === 0) return;
    if (type === '' || type === 'message') this.#emit(data);
    else this.ignored += 1;
  }
}

function indexOf(chunk: Uint8Array, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from);
  return index === -1 ? chunk.length : index;
}
