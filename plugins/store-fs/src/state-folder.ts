import { chmod, mkdir, stat } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/plugin-api';
import { hasCode, reasonOf } from './reason.ts';

/**
 * Makes the state directory, mode 0700, or checks the one that is there.
 * @throws STATE_DIR_UNUSABLE if it is no folder, cannot be made, or others may write there.
 */
export async function prepareFolder(folder: string): Promise<void> {
  await usable(folder, async () => {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      if (hasCode(error, 'EEXIST', 'ENOTDIR')) throw new Error('a file is in the way');
      throw error;
    });
    // The umask may have taken more away than it should.
    if (made !== undefined) await chmod(folder, 0o700);
    const { mode } = await stat(folder);
    // Who can write here can plant a lock, tokens and remembered tools. Reading is each entry's own mode, 0600.
    if (process.platform !== 'win32' && (mode & 0o022) !== 0) {
      throw new Error(`others may write there (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`);
    }
  });
}

/** Runs `work`; an error that is none of ours becomes STATE_DIR_UNUSABLE. */
export async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (SwitchyardError.is(error)) throw error;
    throw new SwitchyardError('STATE_DIR_UNUSABLE', { folder, reason: reasonOf(error) }, { cause: error });
  }
}
