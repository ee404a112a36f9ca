import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReloadPlan, ReloadResult } from '@switchyard/plugin-api';
import { run } from '../run.ts';
import { scriptedGateway, type ScriptedGateway } from '../spec-gateway.ts';
import { recordedTerminal } from '../spec-terminal.ts';

const plan: ReloadPlan = {
  from: '11111111',
  to: '22222222',
  servers: [
    { server: 'files', change: 'changed', keys: ['env.ROOT'], how: 'make-first' },
    { server: 'web', change: 'added', keys: [], how: 'start' },
  ],
  other: ['listen.http.tokens.ada'],
  restartNeeded: [],
  unchanged: 3,
};

let gateway: ScriptedGateway | undefined;
afterEach(async () => {
  await gateway?.[Symbol.asyncDispose]();
  gateway = undefined;
});

async function reload(result: ReloadResult, ...args: readonly string[]) {
  gateway = await scriptedGateway((asked, response) => {
    if (asked.path !== '/reload') return false;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(result));
    return true;
  });
  const terminal = recordedTerminal();
  const exit = await run(['reload', ...args, '--url', gateway.url], terminal);
  return { exit, printed: terminal.printed, told: terminal.told.join('\n'), asked: gateway.asked };
}

describe('reload', () => {
  it('prints what changed, and says that it counts', async () => {
    const { exit, printed, told, asked } = await reload({ ok: true, applied: true, plan });
    expect(exit).toBe(0);
    expect(printed.join('\n').split('\n')).toEqual([
      expect.stringMatching(/^CHANGE +WHAT +HOW +KEYS/),
      expect.stringMatching(/^changed +files +start the new one, .* env\.ROOT/),
      expect.stringMatching(/^added +web +start it/),
      expect.stringMatching(/^changed +listen\.http\.tokens\.ada +as it runs/),
    ]);
    expect(told).toContain('reloaded  rev 11111111 → 22222222  2 servers changed, 1 other key, 3 untouched');
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/reload', body: { dryRun: false } });
  });

  it('says that nothing was done in a dry run, and hands on what is expected', async () => {
    const { told, asked } = await reload(
      { ok: true, applied: false, plan },
      '--dry-run',
      '--expect',
      '11111111',
    );
    expect(told).toContain('would reload');
    expect(asked[0]!.body).toEqual({ dryRun: true, expectedRevision: '11111111' });
  });

  it('says that there is nothing to do', async () => {
    const same = { ...plan, servers: [], other: [] };
    const { printed, told } = await reload({ ok: true, applied: false, plan: same });
    expect(printed).toEqual([]);
    expect(told).toContain('nothing to reload');
  });

  it('shows what is wrong with the file as every error, and exits with 6', async () => {
    const { exit, told } = await reload({
      ok: false,
      problem: {
        code: 'SWY-E604',
        message: 'a comma is missing',
        where: 'switchyard.jsonc:3:5',
        excerpt: '3 │ "b": 1',
        remedy: 'correct the JSON there',
      },
    });
    expect(exit).toBe(6);
    expect(told).toMatch(/✗ SWY-E604 {2}a comma is missing\n +where +switchyard.jsonc:3:5\n.*"b": 1\n +do/);
  });

  it('shows the plan of what needs a restart', async () => {
    const { exit, printed, told } = await reload({
      ok: false,
      problem: { code: 'SWY-E640', message: 'nothing was applied: plugins.x', remedy: 'switchyard stop' },
      plan: { ...plan, servers: [], other: [], restartNeeded: ['plugins.x'] },
    });
    expect(exit).toBe(6);
    expect(printed.join('\n')).toMatch(/plugins\.x +not before a restart/);
    expect(told).toContain('SWY-E640');
  });

  it('prints data for programs, and errors as one object', async () => {
    const result: ReloadResult = { ok: true, applied: true, plan };
    expect(JSON.parse((await reload(result, '--json')).printed[0]!)).toEqual(result);
    await gateway![Symbol.asyncDispose]();
    const problem = { code: 'SWY-E641', message: 'nothing was applied', remedy: 'look' };
    const refused = await reload({ ok: false, problem, plan }, '--json');
    expect(refused.exit).toBe(1);
    expect(JSON.parse(refused.told)).toMatchObject({ error: { code: 'SWY-E641', kind: 'revision_changed' } });
    expect(refused.printed).toEqual([]);
  });
});
