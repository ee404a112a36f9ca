import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { within } from './within.ts';

/** The lines that a fixture has written to its file so far. */
export async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** Resolves when the fixture has written all of these lines, a line that is named twice two times. */
export async function written(file: string, ...wanted: readonly string[]): Promise<void> {
  let look = () => {};
  // Watched before the first look, or a line between the two would be missed.
  const watcher = watch(path.dirname(file), () => look());
  const found = new Promise<void>((resolve, reject) => {
    look = () => {
      linesOf(file).then((lines) => {
        const missing = [...wanted];
        for (const line of lines) {
          if (missing.includes(line)) missing.splice(missing.indexOf(line), 1);
        }
        if (missing.length === 0) resolve();
      }, reject);
    };
    look();
  });
  try {
    await within(30_000, `"${wanted.join('", "')}" in ${file}`, found);
  } finally {
    watcher.close();
  }
}
