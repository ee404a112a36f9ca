import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stateDir } from './state-dir.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-state-'));
  await writeFile(path.join(folder, 'switchyard.jsonc'), '{}');
  await symlink(path.join(folder, 'switchyard.jsonc'), path.join(folder, 'link.jsonc'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (
  env: NodeJS.ProcessEnv,
  configuration: string,
  platform: NodeJS.Platform = 'linux',
  flag?: string,
): string =>
  stateDir(
    { configuration, ...(flag === undefined ? {} : { flag }) },
    { env, cwd: folder, home: '/home/ann', platform },
  );

describe('the state directory', () => {
  it('is the one that is named, the flag before the variable', () => {
    expect(at({ SWITCHYARD_STATE_DIR: '/x' }, 'a', 'linux', 'here')).toBe(path.join(folder, 'here'));
    expect(at({ SWITCHYARD_STATE_DIR: '/x' }, 'a')).toBe('/x');
  });

  it.each([
    ['linux', {}, '/home/ann/.local/state/switchyard/'],
    ['linux', { XDG_STATE_HOME: '/state' }, '/state/switchyard/'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ann/.local/state/switchyard/'],
    ['darwin', {}, '/home/ann/Library/Application Support/switchyard/'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/switchyard/'],
  ] as const)('has its place on %s with %j', (platform, env, start) => {
    expect(at(env, 'a', platform)).toMatch(new RegExp(`^${start}[0-9a-f]{16}$`));
  });

  it('is one for each configuration, whatever name leads to its file', () => {
    expect(at({}, 'link.jsonc')).toBe(at({}, path.join(folder, 'switchyard.jsonc')));
    expect(at({}, 'other.jsonc')).not.toBe(at({}, 'switchyard.jsonc'));
  });
});
