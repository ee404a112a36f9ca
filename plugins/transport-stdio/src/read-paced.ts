import type { Readable } from 'node:stream';
import type { Clock } from '@switchyard/plugin-api';

/**
 * So many bytes are read of one stream within each so many milliseconds: 25 MB/s, in portions that take a fraction of a
 * millisecond, since what is read at once is what everybody else waits for.
 */
export const PACE = { bytes: 512 * 1024, ms: 20 };

/** For what nobody wants any more: enough for last words of some megabytes, and no work to speak of. */
export const PACE_OF_THE_UNWANTED = { bytes: 64 * 1024, ms: 20 };

/**
 * Reads a stream at a bounded pace, and in the end reads all of it. A server that writes faster finds its pipe full for
 * a moment, as if we were slower: it never stands still, and a flood of gigabytes does not take the turns of others.
 */
export function readPaced(
  stream: Readable,
  clock: Clock,
  take: (chunk: Buffer) => void,
  pace: typeof PACE = PACE,
): void {
  let left = pace.bytes;
  let cancel: (() => void) | undefined;
  const nextWindow = () => {
    cancel = undefined;
    left = pace.bytes;
    stream.resume();
  };
  stream.on('data', (chunk: Buffer) => {
    cancel ??= clock.after(pace.ms, nextWindow);
    left -= chunk.length;
    if (left <= 0) stream.pause();
    take(chunk);
  });
  stream.once('close', () => cancel?.());
  // One that somebody paused before does not begin for a listener alone.
  stream.resume();
}
