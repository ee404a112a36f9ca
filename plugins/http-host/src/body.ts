import type { IncomingMessage } from 'node:http';
import { SwitchyardError } from '@switchyard/plugin-api';

/** What bodies may take: one of them, and all that are being read together. */
export interface BodyLimits {
  readonly one: number;
  readonly all: number;
  /** Kept by all who read at once. */
  readonly held: { bodyBytes: number };
}

/**
 * Reads a request's body whole, and at most `one` bytes of it: a `Content-Length` over the limit is refused before
 * the first byte, what has none (chunked) as soon as it grows over it.
 * @param begin called when the body is wanted, before it is read.
 * @throws HTTP_BODY_TOO_LARGE, HTTP_BODIES_LIMIT, HTTP_BODY_ABORTED.
 */
export function readBody(
  incoming: IncomingMessage,
  { one, all, held }: BodyLimits,
  begin: () => void,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new SwitchyardError('HTTP_BODY_TOO_LARGE', { limit: one });
    if (Number(incoming.headers['content-length'] ?? 0) > one) {
      reject(tooLarge());
      return;
    }
    begin();
    let chunks: Uint8Array[] = [];
    let length = 0;
    const take = (chunk: Uint8Array) => {
      length += chunk.length;
      held.bodyBytes += chunk.length;
      if (length > one) return stop(tooLarge());
      if (held.bodyBytes > all) return stop(new SwitchyardError('HTTP_BODIES_LIMIT', { limit: all }));
      chunks.push(chunk);
    };
    const finish = () => {
      leave();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const abort = () => stop(new SwitchyardError('HTTP_BODY_ABORTED'));
    const stop = (error: SwitchyardError) => {
      chunks = [];
      leave();
      reject(error);
    };
    const leave = () => {
      held.bodyBytes -= length;
      incoming.off('data', take).off('end', finish).off('close', abort);
    };
    // A connection that breaks in the body reports an error beside `close`; unheard it would end the process.
    incoming.on('error', () => {});
    incoming.on('data', take).on('end', finish).on('close', abort);
  });
}
