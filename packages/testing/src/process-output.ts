import { closeSync, writeSync } from 'node:fs';

/**
 * Stdout and stderr as descriptors: `process.stdout` can neither be closed for good nor write a byte at a time. A write
 * waits until the reader has taken it, as that of a server in C would.
 */
export interface ProcessOutput {
  write(bytes: Buffer): void;
  /** In lines of 64 bytes. */
  writeStderr(bytes: number): void;
  /** From here on every byte of stdout is a write of its own. */
  split(): void;
  closeStdout(): void;
}

const LINE = `${'stderr of a scripted server '.padEnd(63, '.')}\n`;
/** What one write of stderr holds, at most. */
const CHUNK = Buffer.from(LINE.repeat(1_024));

export function processOutput(): ProcessOutput {
  let open = true;
  let bytesAtOnce = Infinity;
  return {
    write(bytes) {
      for (let at = 0; open && at < bytes.length; at += bytesAtOnce)
        open = writeAll(1, bytes.subarray(at, Math.min(at + bytesAtOnce, bytes.length)));
    },
    writeStderr(bytes) {
      for (let left = bytes; left > 0; left -= CHUNK.length)
        if (!writeAll(2, CHUNK.subarray(0, Math.min(left, CHUNK.length)))) return;
    },
    split: () => void (bytesAtOnce = 1),
    closeStdout() {
      // Descriptor 1 will be that of the next file that is opened: nothing may be written to it again.
      if (open) closeSync(1);
      open = false;
    },
  };
}

/** @returns whether somebody still reads. */
function writeAll(descriptor: number, bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // Another process may have made the pipe non-blocking.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
    }
  }
  return true;
}
