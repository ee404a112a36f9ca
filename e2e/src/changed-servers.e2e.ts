import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { lightServer } from '@switchyard/testing';
import { figure } from './harness/figure.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { openSession, type RawSession } from './harness/raw-session.ts';
import { callTool, type Message } from './harness/rpc.ts';
import { within } from './harness/within.ts';

/** How often a server is changed under calls. */
const CHANGES = 12;
/** Sessions that call all the time. */
const CALLERS = 4;
const NEIGHBOURS = ['north', 'east', 'south'];

const light = lightServer();
const changing = (version: number) => ({ ...light, env: { VERSION: String(version) } });
const servers = (version: number) => ({
  ...Object.fromEntries(NEIGHBOURS.map((name) => [name, light])),
  changing: changing(version),
});

/** Calls these tools in turn until it is told to end; resolves to every answer that was no result. */
function callAllTheTime(session: RawSession, tools: readonly string[]) {
  let goesOn = true;
  let count = 0;
  const failures: Message[] = [];
  const done = (async () => {
    while (goesOn) {
      const answer = await callTool(session, (count += 1), tools[count % tools.length]!, {
        nonce: String(count),
      });
      if (answer.result?.content?.[0]?.text !== String(count)) failures.push(answer);
    }
    return { count, failures };
  })();
  return {
    end: () => {
      goesOn = false;
      return done;
    },
  };
}

/** Saves a configuration, and resolves when the server answers from another process. */
async function change(gateway: Gateway, mcpServers: object, name: string): Promise<void> {
  const before = (await gateway.server(name)).pid;
  await writeFile(path.join(gateway.folder, 'switchyard.jsonc'), JSON.stringify({ mcpServers }));
  const changed = async () => {
    for (;;) {
      const { pid, phase } = await gateway.server(name);
      if (pid !== before && pid !== undefined && phase === 'ready') return;
    }
  };
  await within(30_000, `change of ${name}`, changed());
}

describe('a server that changes while it is called', () => {
  it('fails no call, again and again, and its neighbours notice nothing', async () => {
    const gateway = await serve({ mcpServers: servers(0) });
    for (const name of [...NEIGHBOURS, 'changing']) await gateway.phase(name, 'ready');
    const pids = async () => (await gateway.status()).servers.map(({ name, pid }) => [name, pid] as const);
    const before = (await pids()).filter(([name]) => name !== 'changing');
    const sessions = await Promise.all(
      Array.from({ length: CALLERS }, (_, n) => openSession(gateway.url, `caller-${n}`)),
    );
    const callers = sessions.map((session) =>
      callAllTheTime(session, ['changing__echo', ...NEIGHBOURS.map((name) => `${name}__echo`)]),
    );
    for (let version = 1; version <= CHANGES; version += 1)
      await change(gateway, servers(version), 'changing');
    const told = await Promise.all(callers.map((caller) => caller.end()));
    expect(told.flatMap(({ failures }) => failures)).toEqual([]);
    expect((await pids()).filter(([name]) => name !== 'changing')).toEqual(before);
    const { restarts, transitions } = await gateway.server('changing');
    expect(restarts).toBe(CHANGES);
    expect(transitions.map(({ seq }) => seq)).toEqual(
      [...new Set(transitions.map(({ seq }) => seq))].sort((a, b) => a - b),
    );
    const calls = told.reduce((sum, { count }) => sum + count, 0);
    figure(`calls while their server changed ${CHANGES} times`, calls, 'calls');
  });

  it('that cannot live twice begins after the old one, and its calls wait for it', async () => {
    const folder = await temporaryFolder();
    const locked = (version: string) => ({
      locked: {
        command: process.execPath,
        args: [fixture('locked.mjs')],
        env: { LOCK: path.join(folder, 'lock'), VERSION: version },
      },
    });
    const gateway = await serve({ mcpServers: locked('one') });
    await gateway.phase('locked', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const version = async (id: number) =>
      (await callTool(session, id, 'locked__version')).result?.content?.[0]?.text;
    expect(await version(1)).toBe('one');
    const answers: (string | undefined)[] = [];
    let goesOn = true;
    const calling = (async () => {
      for (let id = 2; goesOn; id += 1) answers.push(await version(id));
    })();
    await change(gateway, locked('two'), 'locked');
    goesOn = false;
    await calling;
    expect(await version(0)).toBe('two');
    // Every call was answered, by the old one or by the new one.
    expect(new Set(answers)).toEqual(new Set(answers.includes('two') ? ['one', 'two'] : ['one']));
  });

  it('to what cannot start is served as it was, says so, and is replaced once its entry is right', async () => {
    const gateway = await serve({ mcpServers: { changing: changing(0) } });
    await gateway.phase('changing', 'ready');
    const { pid } = await gateway.server('changing');
    const session = await openSession(gateway.url, 'ada');
    let goesOn = true;
    const failures: Message[] = [];
    const calling = (async () => {
      for (let id = 1; goesOn; id += 1) {
        const answer = await callTool(session, id, 'changing__echo', { nonce: String(id) });
        if (answer.result?.content?.[0]?.text !== String(id)) failures.push(answer);
      }
    })();
    const file = path.join(gateway.folder, 'switchyard.jsonc');
    const save = (entry: object) => writeFile(file, JSON.stringify({ mcpServers: { changing: entry } }));
    const problem = (code: string) =>
      gateway.log.find(
        `${code} of changing`,
        (line) =>
          line.event === 'server' && (line['problem'] as { code?: string } | undefined)?.code === code,
      );
    for (const [code, entry] of [
      ['SWY-E201', { command: 'no-such-command-anywhere' }],
      ['SWY-E215', { command: 'sh', args: ['-c', 'exit 127'] }],
      ['SWY-E607', { ...light, env: { TOKEN: '${NO_SUCH_VARIABLE}' } }],
    ] as const) {
      await save(entry);
      expect(await problem(code)).toMatchObject({ phase: 'degraded', tools: 1 });
      const view = await gateway.server('changing');
      expect(view).toMatchObject({ pid, phase: 'degraded', problem: { code }, restarts: 0 });
      expect(view.conditions).toContainEqual(
        expect.objectContaining({ type: 'as_configured', status: 'false', reason: 'CannotStart' }),
      );
    }
    expect((await gateway.server('changing')).transitions.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['SWY-E201', 'SWY-E215']),
    );
    await change(gateway, { changing: changing(1) }, 'changing');
    goesOn = false;
    await calling;
    expect(failures).toEqual([]);
    const { problem: left, conditions } = await gateway.server('changing');
    expect(left).toBeUndefined();
    expect(conditions.map(({ type }) => type)).not.toContain('as_configured');
  });
});
