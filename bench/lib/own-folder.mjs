import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { killAll } from './processes.mjs';

/**
 * A temporary folder for one program of the bench. `leaveNothing` removes it and ends all that was started; it is also
 * done when the program is interrupted, or when something fails that nobody waits for.
 */
export function ownFolder(name) {
  const folder = mkdtempSync(path.join(os.tmpdir(), `switchyard-${name}-`));
  const leaveNothing = () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', leaveNothing);
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  return { folder, leaveNothing };
}
