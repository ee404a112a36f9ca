import { describe, expect, it } from '@jest/globals';
import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import { acquireLock, type Lock } from './lock.ts';
import { contenders } from './spec-contenders.ts';
import { tempFolder } from './spec-temp-folder.ts';
import { thisProcess } from './process-identity.ts';

const NOBODY = { pid: 2 ** 22 + 1, started: '1' };
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function plant(
  folder: string,
  name: string,
  id: string,
  owner: { pid: number; started?: string } = NOBODY,
): void {
  writeFileSync(join(folder, name), JSON.stringify({ id, owner, since: 0 }));
}

/** As the gateway leaves word of itself. */
function instance(pid: number | undefined): string {
  return JSON.stringify({
    pid,
    runId: 'x',
    endpoints: [{ kind: 'stdio' }, { kind: 'http', url: 'http://127.0.0.1:4620' }],
  });
}

async function refusal(work: Promise<unknown>): Promise<SwitchyardError> {
  return work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as SwitchyardError,
  );
}

describe('acquireLock', () => {
  it('names this process in a file that only its user can read, and takes it away on release', async () => {
    const folder = tempFolder();
    const lock = await acquireLock(folder, 1_700_000_000_000);
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({
      owner: thisProcess(),
      since: 1_700_000_000_000,
    });
    expect(readdirSync(folder)).toEqual(['lock']);
    await lock.release();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a folder that a live process owns, and says where that one serves', async () => {
    const folder = tempFolder();
    const [owner] = await contenders(folder, 1);
    expect(await owner?.go()).toBe('won');
    const bare = await refusal(acquireLock(folder, 0));
    expect(bare.message).toBe(`this configuration is already served by pid ${owner?.pid}`);
    writeFileSync(join(folder, 'instance.json'), instance(owner?.pid));
    const told = await refusal(acquireLock(folder, 0));
    expect(told).toMatchObject({
      code: 'STATE_DIR_IN_USE',
      details: { pid: owner?.pid, at: ' at http://127.0.0.1:4620' },
    });
    writeFileSync(join(folder, 'instance.json'), instance(1));
    expect((await refusal(acquireLock(folder, 0))).details['at']).toBe('');
    await owner?.end();
    await (await acquireLock(folder, 0)).release();
  });

  it('takes over from a process that was killed, and from a number that another process has now', async () => {
    const folder = tempFolder();
    const [owner] = await contenders(folder, 1);
    await owner?.go();
    await owner?.kill();
    const lock = await acquireLock(folder, 0);
    expect(readdirSync(folder)).toEqual(['lock']);
    await lock.release();
    plant(folder, 'lock', idOf(1), { ...thisProcess(), started: '1' });
    await (await acquireLock(folder, 0)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over where others died while they took over', async () => {
    const folder = tempFolder();
    plant(folder, 'lock', idOf(1));
    plant(folder, `lock-after-${idOf(1)}`, idOf(2));
    plant(folder, `lock-after-${idOf(2)}`, idOf(3));
    const lock = await acquireLock(folder, 0);
    expect(readdirSync(folder)).toEqual(['lock']);
    await expect(acquireLock(folder, 0)).rejects.toMatchObject({ code: 'STATE_DIR_IN_USE' });
    await lock.release();
  });

  it('respects whoever is about to take over', async () => {
    const folder = tempFolder();
    plant(folder, 'lock', idOf(1));
    plant(folder, `lock-after-${idOf(1)}`, idOf(2), thisProcess());
    await expect(acquireLock(folder, 0)).rejects.toMatchObject({ code: 'STATE_DIR_IN_USE' });
  });

  it('takes over a lock that cannot be understood, and refuses one that leads nowhere', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'lock'), '');
    await (await acquireLock(folder, 0)).release();
    plant(folder, 'lock', idOf(1));
    linkSync(join(folder, 'lock'), join(folder, `lock-after-${idOf(1)}`));
    await expect(acquireLock(folder, 0)).rejects.toThrow('remove the files lock and lock-after-*');
    const other = tempFolder();
    mkdirSync(join(other, 'lock'));
    await expect(acquireLock(other, 0)).rejects.toThrow('EISDIR');
  });

  it('leaves a lock alone that is not its own any more', async () => {
    const folder = tempFolder();
    const lock = await acquireLock(folder, 0);
    plant(folder, 'lock', idOf(1), thisProcess());
    await lock.release();
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('lets exactly one of many tasks win, whatever the interleaving', async () => {
    for (let round = 0; round < 100; round++) {
      const folder = tempFolder();
      if (round % 2 === 0) plant(folder, 'lock', idOf(round));
      const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLock(folder, 0)));
      const won = tries.filter((one): one is PromiseFulfilledResult<Lock> => one.status === 'fulfilled');
      const lost = tries.filter(
        (one) => one.status === 'rejected' && SwitchyardError.is(one.reason, 'STATE_DIR_IN_USE'),
      );
      expect([won.length, lost.length]).toEqual([1, 11]);
      expect(readdirSync(folder)).toEqual(['lock']);
    }
  });

  it('lets exactly one of many processes take over from one that was killed', async () => {
    const folder = tempFolder();
    let rivals = await contenders(folder, 6);
    await rivals[0]?.go();
    await rivals[0]?.kill();
    rivals = rivals.slice(1);
    while (rivals.length > 1) {
      const answers = await Promise.all(rivals.map((rival) => rival.go()));
      expect([...answers].sort()).toEqual([
        ...Array<string>(rivals.length - 1).fill('STATE_DIR_IN_USE'),
        'won',
      ]);
      const winner = answers.indexOf('won');
      await rivals[winner]?.kill();
      rivals = rivals.filter((_, index) => index !== winner);
    }
    expect(await rivals[0]?.go()).toBe('won');
    await rivals[0]?.end();
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);
});
