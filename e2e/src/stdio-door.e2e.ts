import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { switchyard } from './harness/command.ts';
import { expectOneError } from './harness/error-shape.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf } from './harness/lines-of.ts';
import { fixture, installed } from './harness/places.ts';
import type { Message } from './harness/rpc.ts';
import { requestText } from './harness/rpc.ts';
import { gatewaysOf, stdioDoor, type RawRelay } from './harness/stdio-door.ts';
import { survivorsOf } from './harness/survivors.ts';
import { within } from './harness/within.ts';

const typed = { command: process.execPath, args: [fixture('typed.mjs')] };
const recorder = (name: string, log: string) => ({
  command: process.execPath,
  args: [fixture('recorder.mjs')],
  env: { NAME: name, LOG: log },
});

/** Holds up the start of its gateway until there is a file `go` beside it. */
const SLOW_PLUGIN = `
import { existsSync, watch } from 'node:fs';
const folder = new URL('.', import.meta.url);
const go = new URL('go', folder);
export default {
  id: 'slow',
  api: 1,
  setup: () =>
    new Promise((resolve) => {
      const watcher = watch(folder, () => look());
      const look = () => {
        if (!existsSync(go)) return;
        watcher.close();
        resolve();
      };
      look();
    }),
};
`;

/** `initialize` and `notifications/initialized`, as a client on a pipe writes them. */
const HELLO = [
  requestText('hello', 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'story', version: '1.0.0' },
  }),
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  '',
].join('\n');

/** What is in an output but notifications: lists may change at any time. */
function answersIn(stdout: string): Message[] {
  const messages = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);
  return messages.filter(({ id }) => id !== undefined);
}

async function greeted(relay: RawRelay): Promise<RawRelay> {
  relay.write(HELLO);
  expect(JSON.parse(await relay.answer())).toMatchObject({ id: 'hello', result: {} });
  return relay;
}

async function textOf(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: args })) as {
    readonly content: readonly { readonly text: string }[];
  };
  return content[0]!.text;
}

describe('clients that start switchyard stdio', () => {
  it('three at once share one gateway and one process a server; it ends after the last, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    const logs = ['a', 'b'].map((name) => path.join(folder, `${name}.log`));
    const door = await stdioDoor({ mcpServers: { a: recorder('a', logs[0]!), b: recorder('b', logs[1]!) } });
    const clients = await Promise.all(['ada', 'bob', 'cyd'].map((name) => door.client(name)));
    const instance = await door.instance();
    await door.alone(instance);

    // The official client counts its ids from 0, so all three use the same ones; 64 at once are what one may have.
    const nonces = Array.from({ length: 60 }, (_, i) => i);
    await Promise.all(
      clients.flatMap((client, who) =>
        nonces.map(async (i) => {
          const server = i % 2 === 0 ? 'a' : 'b';
          const nonce = `${who}-${i}`;
          expect(await textOf(client, `${server}__record`, { nonce })).toBe(`${nonce} at ${server}`);
        }),
      ),
    );
    const executed = (await Promise.all(logs.map(linesOf))).flat();
    expect(new Set(executed).size).toBe(180);
    expect(executed).toHaveLength(180);
    expect(survivorsOf(instance.runId)).toHaveLength(2);

    await clients[0]!.close();
    await clients[2]!.close();
    expect(await textOf(clients[1]!, 'a__record', { nonce: 'still here' })).toBe('still here at a');
    expect(await door.instance()).toEqual(instance);
    await clients[1]!.close();
    await door.gone(instance);
  });

  it('come while the gateway of another is still starting, and wait for that one', async () => {
    const door = await stdioDoor({ plugins: { './slow.mjs': true }, mcpServers: { typed } });
    await writeFile(path.join(door.folder, 'slow.mjs'), SLOW_PLUGIN);
    const coming = Promise.all([door.client('ada'), door.client('bob')]);
    // The one that has the state directory, one that found it taken, and one that looked again.
    const seen = new Set<number>();
    const thrice = (async () => {
      for (; seen.size < 3; await nextTurn()) for (const pid of gatewaysOf(door.stateDir)) seen.add(pid);
    })();
    await within(60_000, 'third gateway', thrice);
    await writeFile(path.join(door.folder, 'go'), '');
    const [ada, bob] = await coming;
    const instance = await door.instance();
    expect(await textOf(ada, 'typed__add', { left: 1, right: 2 })).toBe('sum: 3');
    expect(await textOf(bob, 'typed__add', { left: 2, right: 2 })).toBe('sum: 4');
    await door.alone(instance);
    await ada.close();
    await bob.close();
    await door.gone(instance);
  });

  it('list and call what a published server offers', async () => {
    const door = await stdioDoor({
      mcpServers: { everything: { command: installed('mcp-server-everything') } },
    });
    const client = await door.client();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('everything__echo');
    expect(await textOf(client, 'everything__echo', { message: 'over stdio' })).toBe('Echo: over stdio');
    expect((await client.listResources()).resources.length).toBeGreaterThan(0);
    const instance = await door.instance();
    await client.close();
    await door.gone(instance);
  });

  it('send and get a megabyte, and everything as it was written', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'calls.log');
    const verbatim = { command: process.execPath, args: [fixture('verbatim.mjs')], env: { LOG: log } };
    const door = await stdioDoor({
      mcpServers: { verbatim, big: recorder('big', path.join(folder, 'big.log')) },
    });
    const relay = await greeted(door.raw());
    const files = await Promise.all(
      ['tool.txt', 'result.txt'].map((file) => readFile(fixture(`verbatim/${file}`), 'utf8')),
    );
    const [tool, result] = files.map((text) => text.trimEnd());
    const { name } = JSON.parse(tool!) as { readonly name: string };
    relay.write(`${requestText(2, 'tools/call', { name: `verbatim__${name}` })}\n`);
    expect(await relay.answer()).toBe(`{"jsonrpc":"2.0","id":2,"result":${result}}`);

    const nonce = `${'é\u2028🙂"\\ '.repeat(90_000)}.`;
    expect(Buffer.byteLength(nonce)).toBeGreaterThan(1024 * 1024);
    relay.write(`${requestText(3, 'tools/call', { name: 'big__record', arguments: { nonce } })}\n`);
    const { result: echoed } = JSON.parse(await relay.answer()) as Message;
    expect(echoed?.content?.[0]?.text === `${nonce} at big`).toBe(true);
    relay.end();
    expect(await relay.ended).toEqual({ code: 0, stderr: '' });
  });

  it('get every answer where they write all they have to say and close stdin', async () => {
    const door = await stdioDoor({ mcpServers: { typed } });
    const calls = [1, 2, 3].map((id) =>
      requestText(id, 'tools/call', { name: 'typed__add', arguments: { left: id, right: id } }),
    );
    const { code, stdout, stderr } = await door.run(['stdio'], `${HELLO}${calls.join('\n')}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answers = answersIn(stdout);
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3, 'hello']);
    for (const id of [1, 2, 3]) {
      expect(answers.find((one) => one.id === id)?.result?.content?.[0]?.text).toBe(`sum: ${2 * id}`);
    }
  });
});

describe('a gateway that switchyard stdio started', () => {
  it('is no TCP server, and answers every command on its sockets', async () => {
    const door = await stdioDoor({ mcpServers: { typed } }, { idleSeconds: 600 });
    const client = await door.client();
    await client.listTools();
    const instance = await door.instance();
    expect(instance.endpoints.map(({ kind, url }) => `${kind} ${url}`)).toEqual([
      expect.stringMatching(/^http http\+unix:\/\/.*admin\.sock\/mcp$/),
      expect.stringMatching(/^stdio unix:\/.*mcp\.sock$/),
      expect.stringMatching(/^graphql http\+unix:\/\/.*admin\.sock\/graphql$/),
    ]);
    const json = async (...args: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await door.run([...args, '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout);
    };
    expect(await json('status')).toMatchObject({ pid: instance.pid, servers: [{ phase: 'ready' }] });
    expect(await json('list')).toMatchObject({ tools: [{ name: 'typed__add' }, { name: 'typed__fail' }] });
    expect(await json('call', 'typed__add', 'left=1', 'right=2')).toMatchObject({
      content: [{ text: 'sum: 3' }],
    });
    expect(await json('plugins')).toMatchObject({ plugins: expect.any(Array) });

    const second = await door.run(['serve']);
    expectOneError(second, { code: 'SWY-E103', exit: 6, says: new RegExp(`pid ${instance.pid} at unix:/`) });
    expect(await json('stop')).toEqual({ stopped: instance.pid });
    await door.gone(instance);
    expectOneError(await door.run(['stop']), { code: 'SWY-E106', exit: 9, says: /no switchyard is running/ });
  });

  it('works where its state directory is too deep for a socket', async () => {
    const state = path.join('d'.repeat(60), 'e'.repeat(60), 'state');
    const door = await stdioDoor({ mcpServers: { typed } }, { state });
    const client = await door.client();
    expect(await textOf(client, 'typed__add', { left: 1, right: 1 })).toBe('sum: 2');
    const { code } = await door.run(['status']);
    expect(code).toBe(0);
    const instance = await door.instance();
    const short = instance.endpoints.find(({ kind }) => kind === 'stdio')!.url!.slice('unix:'.length);
    expect(short).toMatch(/switchyard-\d+\/[0-9a-f]{16}\/mcp\.sock$/);
    await client.close();
    await door.gone(instance);
    await expect(readFile(path.dirname(short))).rejects.toThrow('ENOENT');
  });

  it('that is killed ends its clients with a sentence, and is succeeded by a new one', async () => {
    const door = await stdioDoor({ mcpServers: { typed } });
    const relays = await Promise.all([greeted(door.raw()), greeted(door.raw())]);
    const first = await door.instance();
    process.kill(first.pid, 'SIGKILL');
    for (const { ended } of relays) {
      const { code, stderr } = await ended;
      expect(code).toBe(4);
      expect(stderr).toMatch(/^✗ SWY-E115 {2}the gateway is gone: .+\n {2}do {6}.+\n$/);
    }
    const next = await door.client();
    expect(await textOf(next, 'typed__add', { left: 2, right: 2 })).toBe('sum: 4');
    const second = await door.instance();
    expect(second.pid).not.toBe(first.pid);
    await next.close();
    await door.gone(second);
  });
});

describe('switchyard stdio beside switchyard serve', () => {
  it('uses the one that runs, and ends with it', async () => {
    const gateway = await serve({ mcpServers: { typed } });
    const flags = [
      '--config',
      path.join(gateway.folder, 'switchyard.jsonc'),
      '--state-dir',
      gateway.stateDir,
    ];
    const text = requestText(1, 'tools/call', { name: 'typed__add', arguments: { left: 20, right: 22 } });
    const { code, stdout } = await switchyard(['stdio', ...flags], {
      cwd: gateway.folder,
      input: `${HELLO}${text}\n`,
    });
    expect(code).toBe(0);
    expect(answersIn(stdout).map(({ id }) => id)).toEqual(['hello', 1]);
    expect(gatewaysOf(gateway.stateDir)).toEqual([]);
    const { ledger } = await gateway.status();
    expect(ledger.answered).toBe(1);
  });
});

describe('a gateway that cannot be started', () => {
  it.each([
    {
      what: 'a configuration that is no JSON',
      text: '{ "mcpServers": {\n "a" }',
      error: { code: 'SWY-E604', exit: 6, says: /./, also: [/switchyard\.jsonc:2:/] },
    },
    {
      what: 'a key that is misspelt',
      text: '{ "mcpServer": {} }',
      error: { code: 'SWY-E601', exit: 6, says: /did you mean "mcpServers"/, also: [/\^{3,}/] },
    },
    {
      what: 'a plugin that is not there',
      text: '{ "plugins": { "./nowhere.mjs": true }, "mcpServers": {} }',
      error: { code: 'SWY-E803', exit: 8, says: /nowhere\.mjs/ },
    },
  ])('because of $what says so to who started it', async ({ text, error }) => {
    const cwd = await temporaryFolder();
    await writeFile(path.join(cwd, 'switchyard.jsonc'), text);
    await mkdir(path.join(cwd, 'state'));
    expectOneError(await switchyard(['stdio', '--state-dir', 'state'], { cwd }), error);
    expect(gatewaysOf(path.join(cwd, 'state'))).toEqual([]);
  });

  it('because there is no configuration says so, and so does a command line that is wrong', async () => {
    const cwd = await temporaryFolder();
    expectOneError(await switchyard(['stdio'], { cwd }), {
      code: 'SWY-E602',
      exit: 6,
      says: /there is no configuration/,
    });
    expectOneError(await switchyard(['stdio', '--config', 'no.jsonc'], { cwd }), {
      code: 'SWY-E603',
      exit: 6,
      says: /no\.jsonc/,
    });
    expectOneError(await switchyard(['stdio', '--confg', 'x'], { cwd }), {
      code: 'SWY-E111',
      exit: 2,
      says: /did you mean --config/,
    });
  });
});
