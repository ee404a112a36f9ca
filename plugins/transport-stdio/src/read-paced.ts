import type { Readable } from 'node:stream';
import type { Clock } from '@switchyard/plugin-api';

/** So many bytes are read of one stream within each so many milliseconds: 40 MB/s, of which the rest of us sees little. */
export const PACE = { bytes: 4 * 1024 * 1024, ms: 100 };

/**
 * Reads a stream at a bounded pace, and in the end reads all of it. A server that writes faster finds its pipe full for
 * a moment, as if we were slower: it never stands still, and a flood of gigabytes does not take the turns of others.
 */
export function readPaced(stream: Readable, clock: Clock, take: (chunk: Buffer) => void): void {
  let left = PACE.bytes;
  let cancel: (() => void) | undefined;
  const nextWindow = () => {
    cancel = undefined;
    left = PACE.bytes;
    stream.resume();
  };
  stream.on('data', (chunk: Buffer) => {
    cancel ??= clock.after(PACE.ms, nextWindow);
    left -= chunk.length;
    if (left <= 0) stream.pause();
    take(chunk);
  });
  stream.once('close', () => cancel?.());
}
