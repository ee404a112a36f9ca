import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** What a running gateway leaves in its state directory, as far as it is needed here. */
const Instance = v.object({
  pid: v.number(),
  endpoints: v.array(v.object({ url: v.exactOptional(v.string()) })),
});

/** Says who serves from this folder, and at which URL if `instance.json` tells it of that very process. */
export async function stateDirInUse(folder: string, pid: number): Promise<SwitchyardError> {
  const url = await urlOf(folder, pid);
  return new SwitchyardError('STATE_DIR_IN_USE', { pid, at: url === undefined ? '' : ` at ${url}` });
}

async function urlOf(folder: string, pid: number): Promise<string | undefined> {
  try {
    const instance = v.parse(Instance, JSON.parse(await readFile(join(folder, 'instance.json'), 'utf8')));
    if (instance.pid !== pid) return undefined;
    const urls = instance.endpoints.flatMap(({ url }) => url ?? []);
    // HTTP on a socket is nothing to connect a client to; the socket for clients beside it is.
    return urls.find((url) => !url.startsWith('http+unix:')) ?? urls[0];
  } catch {
    // It is written after the lock is taken, and is a kindness only.
    return undefined;
  }
}
