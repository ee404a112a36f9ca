import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';

/** What is larger is not read for a comparison: it cannot be a configuration either. */
const MAX_BYTES = 50 * (1 << 20);

/** What can be known of a file without reading it: another text if it may have changed. */
export async function cheapMark(file: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, ino, dev, size } = await stat(file, { bigint: true });
    return [mtimeNs, ctimeNs, ino, dev, size].join(' ');
  } catch (error) {
    return reasonOf(error);
  }
}

/** What a file says: the SHA-256 of its content, or why it has none. */
export async function contentMark(file: string): Promise<string> {
  try {
    // Opening a pipe would wait for who writes into it.
    if (!(await stat(file)).isFile()) return 'no file';
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > MAX_BYTES) return `${size} bytes`;
    return createHash('sha256')
      .update(await handle.readFile())
      .digest('hex');
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}
