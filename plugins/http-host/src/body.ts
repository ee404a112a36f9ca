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
    let chunks: Uint8Array[] | undefined = [];
    let length = 0;
    const stop = (error: SwitchyardError) => {
      if (!chunks) return;
      chunks = undefined;
      held.bodyBytes -= length;
      reject(error);
    };
    // Once it is over nothing is taken off: the listeners go with the request.
    incoming.on('data', (chunk: Uint8Array) => {
      if (!chunks) return;
      length += chunk.length;
      held.bodyBytes += chunk.length;
      if (length > one) return stop(tooLarge());
      if (held.bodyBytes > all) return stop(new SwitchyardError('HTTP_BODIES_LIMIT', { limit: all }));
      chunks.push(chunk);
    });
    incoming.on('end', () => {
      if (!chunks) return;
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = undefined;
      held.bodyBytes -= length;
      resolve(body);
    });
    // A connection that breaks in the body says so here; unheard it would end the process.
    incoming.on('error', () => stop(new SwitchyardError('HTTP_BODY_ABORTED')));
  });
}
