import type { IncomingMessage } from 'node:http';
import { SwitchyardError } from '@switchyard/plugin-api';

/**
 * Reads a request's body whole, and at most `limit` bytes of it: a `Content-Length` over the limit is refused before
 * the first byte, what has none (chunked) as soon as it grows over it.
 * @param begin called when the body is wanted, before it is read.
 * @throws HTTP_BODY_TOO_LARGE, HTTP_BODY_ABORTED.
 */
export function readBody(incoming: IncomingMessage, limit: number, begin: () => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new SwitchyardError('HTTP_BODY_TOO_LARGE', { limit });
    if (Number(incoming.headers['content-length'] ?? 0) > limit) {
      reject(tooLarge());
      return;
    }
    begin();
    let chunks: Uint8Array[] = [];
    let length = 0;
    const take = (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > limit) {
        chunks = [];
        leave();
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    };
    const finish = () => {
      leave();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const abort = () => {
      leave();
      reject(new SwitchyardError('HTTP_BODY_ABORTED'));
    };
    const leave = () => {
      incoming.off('data', take).off('end', finish).off('close', abort);
    };
    // A connection that breaks in the body reports an error beside `close`; unheard it would end the process.
    incoming.on('error', () => {});
    incoming.on('data', take).on('end', finish).on('close', abort);
  });
}
