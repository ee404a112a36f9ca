/** A JSON-RPC id as MCP allows it. `1` and `"1"` are two ids; `0` and `""` are ids. */
export type RpcId = string | number;

/** Where a member of a JSON object stands: its key's opening quote, and its value, as byte offsets. */
export interface Member {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of a payload that somebody other than its owner may touch, by name.
 * A member of `_meta` is listed as `_meta.progressToken`.
 */
export type Spans = Readonly<Record<string, Member | undefined>>;

/**
 * One JSON object as bytes: `params`, `result` or `error` of a message, forwarded as it came.
 * `spans` is there when the bytes came through the scanner; whoever makes a payload need not give it.
 */
export interface Payload {
  /** The object, from `{` to `}`, valid UTF-8. */
  readonly bytes: Uint8Array;
  readonly spans?: Spans;
}

const parsed = new WeakMap<Payload, unknown>();
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A payload that says `value`. For answers the gateway makes itself, never for what it forwards. */
export function payloadOf(value: object): Payload {
  const payload = { bytes: Buffer.from(JSON.stringify(value)) };
  parsed.set(payload, value);
  return payload;
}

/**
 * The payload as a value, parsed at most once however many ask. Treat it as read-only: it is shared.
 * @throws SyntaxError if the bytes are not JSON (the scanner promises balance and UTF-8, not grammar).
 */
export function parsePayload(payload: Payload): unknown {
  if (parsed.has(payload)) return parsed.get(payload);
  const value: unknown = JSON.parse(utf8.decode(payload.bytes));
  parsed.set(payload, value);
  return value;
}
