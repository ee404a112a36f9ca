import { createInterface } from 'node:readline';
import { SwitchyardError } from '@switchyard/plugin-api';
import { acquireLock } from './lock.ts';
import { prepareFolder, usable } from './state-folder.ts';

/*
 * A process that wants the folder named by its argument. Prints `up`, tries when a line comes, prints `won` or the
 * code of the error, releases and ends at the end of its input. Bundled and started by spec-contenders.ts.
 */
const folder = process.argv[2] ?? '';
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const lines = createInterface({ input: process.stdin });

say('up');
for await (const line of lines) {
  if (line !== 'go') continue;
  try {
    await prepareFolder(folder);
    const lock = await usable(folder, () => acquireLock(folder, Date.now()));
    say('won');
    lines.on('close', () => void lock.release());
  } catch (error) {
    const { code, details } = SwitchyardError.from(error);
    say(details['reason'] === undefined ? code : `${code} ${details['reason']}`);
  }
}
