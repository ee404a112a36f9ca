import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, failed, type SwitchyardError } from '@switchyard/plugin-api';

/** For how long what a refused client still sends is read and thrown away, in milliseconds. */
const LINGER_MS = 1_000;

/** The two ends of one HTTP request, and time to wait for the far one. */
export interface Exchanged {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
}

/**
 * Answers a request with an error in the shape of JSON-RPC, and closes the connection if its body was not read.
 * @returns the correlation id that the answer carries.
 */
export function refuse(
  { incoming, response, clock }: Exchanged,
  status: number,
  error: SwitchyardError,
  headers: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): string {
  const correlationId = randomUUID();
  const body = errorBody(correlationId, error, more);
  const unread = hasBody(incoming) && !incoming.complete;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(unread || status === 400 || status === 431 ? { Connection: 'close' } : {}),
    ...headers,
  });
  if (!unread) {
    response.end(body);
    return correlationId;
  }
  // Closing while the client still sends makes its kernel see a reset, and the answer is often lost with it. The
  // whole answer goes out now, the end of it (and with it the connection's) when the client is done or time is up.
  response.write(body);
  const end = () => {
    cancel();
    if (!response.writableEnded) response.end();
  };
  const cancel = clock.after(LINGER_MS, end);
  incoming.once('end', end);
  incoming.once('close', end);
  incoming.resume();
  return correlationId;
}

function errorBody(
  correlationId: string,
  error: SwitchyardError,
  more: Readonly<Record<string, unknown>>,
): Buffer {
  const outcome = failed({ id: correlationId }, error, { executed: 'no', phase: 'admission', more });
  const payload = outcome.kind === 'error' ? outcome.error.bytes : new Uint8Array();
  return Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":null,"error":'), payload, Buffer.from('}')]);
}

/** Whether the head of a request announces a body (RFC 9112, 6). */
function hasBody(incoming: IncomingMessage): boolean {
  const { 'transfer-encoding': encoding, 'content-length': length } = incoming.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}
