import { type RpcId, SwitchyardError } from '@switchyard/plugin-api';
import { type DownstreamEra, type FromClient, type Refusal, scan } from '@switchyard/protocol';

/** Something in the place of a message that is none. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly error: SwitchyardError;
  readonly id: RpcId | undefined;
}

/** A message of a client, or what stood in its place. */
export type Incoming = FromClient | Unreadable;

/** A request, or something wrong that is answered like one. */
export type Request = Extract<
  Incoming,
  { readonly kind: 'call' | 'ping' | 'setLevel' | 'hello' | 'invalid' | 'unreadable' }
>;

/** A message that is not answered. */
export type Remark = Exclude<Incoming, Request>;

/** The only revision whose clients may send several messages at once (2025-03-26, base protocol, batching). */
export const BATCHING_VERSION = '2025-03-26';

/** Whether a message is answered; what of it could not be read may have been a request. */
export function isRequest(message: Incoming): message is Request {
  switch (message.kind) {
    case 'call':
    case 'ping':
    case 'setLevel':
    case 'hello':
    case 'invalid':
    case 'unreadable':
      return true;
    default:
      return false;
  }
}

/** One message of a batch. */
export function readItem(bytes: Uint8Array, era: DownstreamEra): Incoming {
  const scanned = scan(bytes);
  switch (scanned.kind) {
    case 'frame':
      return era.read(scanned.frame);
    case 'batch':
      return { kind: 'unreadable', error: invalidRequest('a batch holds no batches'), id: undefined };
    case 'refused':
      // Whatever is wrong with one item, the batch around it was JSON.
      return {
        kind: 'unreadable',
        error: invalidRequest(scanned.refusal.reason),
        id: idOf(scanned.refusal),
      };
  }
}

/** Bytes that are no message, as what is answered to them. */
export function unreadable(refusal: Refusal): Unreadable {
  return {
    kind: 'unreadable',
    error: new SwitchyardError(refusal.error, { reason: refusal.reason }),
    id: idOf(refusal),
  };
}

export function invalidRequest(reason: string): SwitchyardError {
  return new SwitchyardError('INVALID_REQUEST', { reason });
}

export function invalidParams(reason: string): SwitchyardError {
  return new SwitchyardError('INVALID_PARAMS', { reason }, { remedy: 'correct the parameters' });
}

/** The client's own id for what it sent, where that was a request. What is no JSON has none, whatever it looks like. */
function idOf({ error, of, id }: Refusal): RpcId | undefined {
  return error === 'INVALID_REQUEST' && of === 'request' ? id : undefined;
}
