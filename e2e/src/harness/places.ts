import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The built command line: what users run. */
export const BIN = path.join(ROOT, 'packages/cli/dist/bin.js');

/** A scripted server, or another file of `fixtures`. */
export function fixture(file: string): string {
  return path.join(ROOT, 'e2e/fixtures', file);
}

/** A command that npm installed. */
export function installed(command: string): string {
  return path.join(ROOT, 'node_modules/.bin', command);
}
