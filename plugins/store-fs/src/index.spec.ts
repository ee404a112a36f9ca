import { describe, expect, it } from '@jest/globals';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contenders } from './spec-contenders.ts';
import { install } from './spec-host.ts';
import { tempFolder } from './spec-temp-folder.ts';
import plugin from './index.ts';

describe('store-fs', () => {
  it('makes its folder for its user alone, owns it until it closes, and finds everything again', async () => {
    const dir = join(tempFolder(), 'new/er');
    const first = await install(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const version = await first.store.put('catalog/a.json', Buffer.from('{}'), 'absent');
    await expect(install(dir)).rejects.toMatchObject({
      code: 'STATE_DIR_IN_USE',
      details: { pid: process.pid },
    });
    await first.close();
    expect(readdirSync(dir)).toEqual(['catalog']);
    writeFileSync(join(dir, '.draft-of-a-dead-one'), 'half');
    const second = await install(dir);
    expect(second.store.folder).toBe(dir);
    expect(readdirSync(dir).sort()).toEqual(['catalog', 'lock']);
    expect(await second.store.list('')).toEqual(['catalog/a.json']);
    await second.store.put('catalog/a.json', Buffer.from('[]'), version);
    await second.close();
  });

  it('refuses a path that is no folder, or where others may write', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    const refused = (dir: string): Promise<unknown> => install(dir).catch((error: unknown) => error);
    for (const dir of [join(folder, 'file'), join(folder, 'file/below')]) {
      expect(await refused(dir)).toMatchObject({
        code: 'STATE_DIR_UNUSABLE',
        message: `cannot use the state directory ${dir}: a file is in the way`,
      });
    }
    chmodSync(folder, 0o777);
    expect(await refused(folder)).toMatchObject({
      code: 'STATE_DIR_UNUSABLE',
      details: { reason: 'others may write there (mode 0777)' },
    });
  });

  it('refuses a folder that it may not write to', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o555);
    // The superuser may write anywhere: somebody else has to try.
    const user = process.getuid?.() === 0 ? 65_534 : undefined;
    const [somebody] = await contenders(folder, 1, user);
    expect(await somebody?.go()).toBe('STATE_DIR_UNUSABLE EACCES: permission denied');
    await somebody?.end();
    chmodSync(folder, 0o700);
  });

  it('takes an absolute folder and nothing else for its options', async () => {
    const check = async (options: unknown): Promise<string[] | undefined> => {
      const result = await plugin.config?.['~standard'].validate(options);
      return result?.issues?.map((issue) => issue.message);
    };
    expect(await check({ dir: '/var/lib/x' })).toBeUndefined();
    expect(await check({ dir: 'x' })).toEqual(['must be an absolute path']);
    expect(await check({})).toHaveLength(1);
    expect(await check({ dir: '/x', other: 1 })).toHaveLength(1);
  });
});
