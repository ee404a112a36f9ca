import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { findConfiguration } from './find-configuration.ts';

let folder: string;
const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-find-'));
  await mkdir(at('home/.config/switchyard'), { recursive: true });
  await mkdir(at('project'));
  await mkdir(at('empty'));
  await writeFile(at('home/.config/switchyard/switchyard.jsonc'), '{}');
  await writeFile(at('project/switchyard.jsonc'), '{}');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the configuration', () => {
  it("is the named one, then that of the folder, then the person's own", () => {
    const home = at('home');
    const env = { SWITCHYARD_CONFIG: 'other.jsonc' };
    expect(findConfiguration({ flag: 'a.jsonc', env, cwd: at('project'), home })).toBe(at('project/a.jsonc'));
    expect(findConfiguration({ env, cwd: at('project'), home })).toBe(at('project/other.jsonc'));
    expect(findConfiguration({ env: { SWITCHYARD_CONFIG: '' }, cwd: at('project'), home })).toBe(
      at('project/switchyard.jsonc'),
    );
    expect(findConfiguration({ env: {}, cwd: at('empty'), home })).toBe(
      at('home/.config/switchyard/switchyard.jsonc'),
    );
  });

  it('is missing with the places that were looked at, and how to make one', () => {
    let error: unknown;
    try {
      findConfiguration({ env: {}, cwd: at('empty'), home: at('empty') });
    } catch (thrown) {
      error = thrown;
    }
    expect(
      SwitchyardError.is(error, 'CONFIG_MISSING') && [error.message, error.where, error.spec.exit],
    ).toEqual([
      'there is no configuration',
      `looked at ${at('empty/switchyard.jsonc')} and ${at('empty/.config/switchyard/switchyard.jsonc')}`,
      6,
    ]);
  });
});
