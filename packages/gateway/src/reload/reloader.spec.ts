import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReloadResult } from '@switchyard/plugin-api';
import { loadConfiguration, parseConfiguration, type Configuration } from '../configuration/index.ts';
import { redactNothing } from '../redaction/redactor.ts';
import { silentLog } from '../silent-log.ts';
import { systemClock } from '../system-clock.ts';
import { Reloader } from './reloader.ts';
import { removeFolders, specFolder } from './spec-folder.ts';

afterEach(removeFolders);

const ONE = '{ "mcpServers": { "one": { "command": "node" } } }';
const TWO = '{ "mcpServers": { "one": { "command": "node" }, "two": { "command": "node" } } }';

async function reloading(text = ONE) {
  const folder = await specFolder();
  const file = path.join(folder, 'switchyard.jsonc');
  await writeFile(file, text);
  const env = {};
  let current = await loadConfiguration({ file, env });
  const applied: Configuration[] = [];
  const results: ReloadResult[] = [];
  const state = { refusal: undefined as string | undefined };
  const reloader = new Reloader({
    load: () => loadConfiguration({ file, env }),
    parse: (given) => parseConfiguration(given, { file, folder, env }),
    current: () => current,
    apply(next) {
      applied.push(next);
      current = next;
    },
    refusal: () => state.refusal,
    redact: redactNothing,
    clock: systemClock(),
    log: silentLog,
  });
  reloader.results$.subscribe((result) => results.push(result));
  return { file, reloader, applied, results, state, revision: () => current.revision };
}

describe('a reload', () => {
  it('makes the file what counts, and says so', async () => {
    const { file, reloader, applied, results, revision } = await reloading();
    await writeFile(file, TWO);
    const result = await reloader.apply();
    expect(result).toMatchObject({
      ok: true,
      applied: true,
      plan: { to: revision(), servers: [{ server: 'two' }] },
    });
    expect(applied).toHaveLength(1);
    expect(results).toEqual([result]);
    expect(reloader.last).toMatchObject({ ok: true, revision: revision() });
    expect(reloader.state.counts).toEqual({ applied: 1, unchanged: 0, refused: 0 });
  });

  it.each([
    ['half of it', TWO.slice(0, 40), 'SWY-E604', 'switchyard.jsonc:1:'],
    ['nothing', '', 'SWY-E604', 'switchyard.jsonc:1:1'],
    ['an unknown key', '{\n  "mcpServer": {}\n}', 'SWY-E601', 'switchyard.jsonc:2:3'],
    ['a port', '{ "listen": { "http": { "port": 1 } } }', 'SWY-E640', undefined],
  ])('of a file with %s changes nothing, and says what and where', async (_what, text, code, where) => {
    const { file, reloader, applied, revision } = await reloading();
    const before = revision();
    await writeFile(file, text);
    const result = await reloader.apply();
    expect(result).toMatchObject({ ok: false, problem: { code, remedy: expect.any(String) } });
    if (where !== undefined && !result.ok) expect(result.problem.where).toContain(where);
    expect(applied).toEqual([]);
    expect(reloader.last).toMatchObject({ ok: false, revision: before });
    expect(reloader.state).toMatchObject({ successful: false, counts: { refused: 1 } });
    await writeFile(file, TWO);
    expect(await reloader.apply()).toMatchObject({ ok: true });
    expect(reloader.state.successful).toBe(true);
  });

  it('applies nothing of a file that also changes what needs a restart', async () => {
    const { file, reloader, applied } = await reloading();
    await writeFile(file, JSON.stringify({ ...JSON.parse(TWO), plugins: { './own.js': true } }));
    expect(await reloader.apply()).toMatchObject({
      ok: false,
      problem: { code: 'SWY-E640', message: expect.stringContaining('plugins../own.js') },
      plan: { servers: [{ server: 'two' }] },
    });
    expect(applied).toEqual([]);
  });

  it('does and counts nothing when it is a dry run', async () => {
    const { file, reloader, applied, results } = await reloading();
    await writeFile(file, TWO);
    expect(await reloader.apply({ dryRun: true })).toMatchObject({
      ok: true,
      applied: false,
      plan: { servers: [{ server: 'two', change: 'added' }] },
    });
    expect([applied, results, reloader.last]).toEqual([[], [], undefined]);
  });

  it('is refused when another revision is in force than the one expected', async () => {
    const { file, reloader, applied, revision } = await reloading();
    await writeFile(file, TWO);
    expect(await reloader.apply({ expectedRevision: '00000000' })).toMatchObject({
      ok: false,
      problem: { code: 'SWY-E641' },
    });
    expect(applied).toEqual([]);
    expect(await reloader.apply({ expectedRevision: revision() })).toMatchObject({ ok: true, applied: true });
  });

  it('follows the one before it, and more than can wait are refused', async () => {
    const { file, reloader, applied } = await reloading();
    await writeFile(file, TWO);
    const results = await Promise.all(Array.from({ length: 40 }, () => reloader.apply()));
    expect(results.filter((result) => result.ok && result.applied)).toHaveLength(1);
    expect(results.filter((result) => !result.ok)).toHaveLength(8);
    expect(applied).toHaveLength(1);
  });

  it('is refused when the gateway says why, also while the file was read', async () => {
    const { file, reloader, applied, state } = await reloading();
    await writeFile(file, TWO);
    const under = reloader.apply();
    queueMicrotask(() => (state.refusal = 'the gateway is stopping'));
    expect(await under).toMatchObject({ ok: false, problem: { code: 'SWY-E642' } });
    expect(applied).toEqual([]);
  });

  it('can be planned for a text that is in no file', async () => {
    const { file, reloader } = await reloading();
    expect(await reloader.plan(TWO)).toMatchObject({ servers: [{ server: 'two' }] });
    expect(await reloader.plan()).toMatchObject({ servers: [] });
    await expect(reloader.plan('{')).rejects.toMatchObject({ code: 'CONFIG_SYNTAX' });
    expect(await readFile(file, 'utf8')).toBe(ONE);
  });
});
