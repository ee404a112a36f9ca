import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { loadConfiguration } from './load-configuration.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-config-'))));
afterAll(() => rm(folder, { recursive: true }));

const load = (file: string): ReturnType<typeof loadConfiguration> => loadConfiguration({ file, env: {} });
async function write(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}
async function refused(file: string): Promise<string> {
  const error: unknown = await load(file).catch((thrown: unknown) => thrown);
  return SwitchyardError.is(error) ? `${error.code} ${error.message}` : `no error of ours: ${String(error)}`;
}

describe('a configuration file', () => {
  it('is read from its own folder', async () => {
    const file = await write('good.jsonc', '{ "mcpServers": { "a": { "command": "x" } } }');
    const configuration = await load(file);
    expect(configuration).toMatchObject({ file, folder });
    expect(configuration.servers[0]?.where).toBe('good.jsonc:1');
  });

  it('may begin with a byte order mark', async () => {
    expect((await load(await write('bom.jsonc', '\uFEFF{ "version": 1 }'))).servers).toEqual([]);
  });

  it('that is not there, or a folder, is named', async () => {
    const missing = path.join(folder, 'missing.jsonc');
    expect(await refused(missing)).toBe(`CONFIG_UNREADABLE cannot read ${missing}: there is no such file`);
    expect(await refused(folder)).toBe(`CONFIG_UNREADABLE cannot read ${folder}: it is a folder`);
  });

  it('in UTF-16, in no encoding, or binary is named', async () => {
    expect(await refused(await write('u1', Buffer.from('\uFEFF{}', 'utf16le')))).toBe(
      'CONFIG_SYNTAX the file is UTF-16',
    );
    expect(await refused(await write('u2', Buffer.from('{}', 'utf16le')))).toBe(
      'CONFIG_SYNTAX the file is UTF-16',
    );
    expect(await refused(await write('u3', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])))).toBe(
      'CONFIG_SYNTAX the file is binary',
    );
    expect(await refused(await write('u4', Buffer.from([0x7b, 0xff, 0x7d])))).toBe(
      'CONFIG_SYNTAX the file is not valid UTF-8',
    );
  });

  it('over 50 MB is not read', async () => {
    const file = await write('large.jsonc', '{}');
    await truncate(file, 52_428_801);
    expect(await refused(file)).toContain('it has 52428801 bytes; at most 52428800 are read');
  });

  it('with a secret in it that everybody can read gets a second warning', async () => {
    const text = `{ "mcpServers": { "a": { "command": "x", "env": { "T": "ghp_${'a'.repeat(36)}" } } } }`;
    const warnings = async (mode: number): Promise<readonly (string | undefined)[]> =>
      (await load(await write('secret.jsonc', text, mode))).warnings.map(({ why }) => why);
    expect(await warnings(0o600)).toEqual([undefined]);
    expect(await warnings(0o644)).toEqual([
      undefined,
      'everybody on this machine can read it: the file has mode 0644',
    ]);
  });
});
