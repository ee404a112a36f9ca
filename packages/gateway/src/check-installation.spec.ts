import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkInstallation } from './check-installation.ts';
import { parseConfiguration } from './configuration/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-installation-'));
  // Whoever ran it would see.
  writeFileSync(path.join(folder, 'throwing.mjs'), 'throw new Error("it was run");');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function found(http: object, names: readonly string[]): Promise<readonly string[]> {
  const text = JSON.stringify({ listen: { http } });
  const configuration = parseConfiguration(text, { folder, env: {} });
  const plugins = names.map((name) => ({ name, from: folder, where: 'a.jsonc:3' }));
  const problems = await checkInstallation(configuration, plugins, folder);
  return problems.map(({ code, where, message }) => `${code} ${where}: ${message}`);
}

it('a plugin that is there is not run, and one that is not is named with its line', async () => {
  expect(await found({}, ['./throwing.mjs', './no-such.mjs', 'switchyard-no-such'])).toEqual([
    'PLUGIN_NOT_FOUND a.jsonc:3: the plugin "./no-such.mjs" was not found',
    'PLUGIN_NOT_FOUND a.jsonc:3: the plugin "switchyard-no-such" was not found',
  ]);
});

it('a listener that everybody can reach and that asks nobody is named', async () => {
  const unprotected = async (http: object, names = ['@switchyard/http-host']) =>
    (await found(http, names)).filter((problem) => problem.startsWith('LISTEN_UNPROTECTED'));
  expect(await unprotected({ host: '0.0.0.0' })).toEqual([
    'LISTEN_UNPROTECTED configuration:1:20  listen.http.host: refusing to listen on 0.0.0.0: it is not loopback and no tokens are configured',
  ]);
  for (const host of ['::', '192.168.1.2', 'example.com'])
    expect(await unprotected({ host })).toHaveLength(1);
  for (const host of ['localhost', '127.0.0.2', '::1']) expect(await unprotected({ host })).toEqual([]);
  expect(await unprotected({ host: '0.0.0.0', tokens: { ann: 'x' } })).toEqual([]);
  expect(await unprotected({ host: '0.0.0.0' }, ['./throwing.mjs'])).toEqual([]);
});
