import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../run.ts';
import { inputOf, recordedTerminal } from '../spec-terminal.ts';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-stdio-'));
  server = createServer({ allowHalfOpen: true }).listen(path.join(folder, 'mcp.sock'));
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Runs `switchyard stdio` where an instance with these doors left word of itself. */
async function stdio(endpoints: readonly object[], input: string | Readable) {
  await writeFile(path.join(folder, 'instance.json'), JSON.stringify({ pid: process.pid, endpoints }));
  const stdout = new PassThrough();
  const terminal = recordedTerminal({ stdin: typeof input === 'string' ? inputOf(input) : input, stdout });
  const exit = run(['stdio', '--state-dir', folder], terminal);
  void exit.then(() => stdout.end());
  return { exit, terminal, said: text(stdout) };
}
const door = () => ({ kind: 'stdio', url: `unix:${path.join(folder, 'mcp.sock')}` });

describe('stdio', () => {
  it('relays to the instance that runs, and writes nothing of its own', async () => {
    server.on('connection', (socket: Socket) => socket.pipe(socket));
    const { exit, terminal, said } = await stdio([{ kind: 'http' }, door()], 'there and back\n');
    expect(await exit).toBe(0);
    expect(await said).toBe('there and back\n');
    expect([terminal.printed, terminal.told]).toEqual([[], []]);
  });

  it('says so when that is gone: exit 4', async () => {
    server.on('connection', (socket: Socket) => socket.end('half'));
    // Its client is there, and silent.
    const { exit, terminal, said } = await stdio([door()], new PassThrough());
    expect(await exit).toBe(4);
    expect(await said).toBe('half');
    expect(terminal.told[0]).toContain('✗ SWY-E115  the gateway is gone: it closed the connection');
  });

  it('says so when the one that runs has no door for it: exit 9', async () => {
    const { exit, terminal } = await stdio([{ kind: 'http' }], '');
    expect(await exit).toBe(9);
    expect(terminal.told[0]).toContain(`the one that runs (pid ${process.pid}) has no door`);
  });

  it('says so when the one that it starts ends without a word: exit 4', async () => {
    const config = path.join(folder, 'switchyard.jsonc');
    await writeFile(config, '{ "mcpServers": {} }');
    // A Node that ends before it reads the first line of ours.
    const terminal = recordedTerminal({ env: { NODE_OPTIONS: '--require=./is-not-there.cjs' } });
    const args = ['stdio', '--config', config, '--state-dir', path.join(folder, 'state')];
    expect(await run(args, terminal)).toBe(4);
    expect(terminal.told[0]).toContain(
      '✗ SWY-E116  the gateway that was started does not answer: it ended with 1',
    );
    expect(terminal.told[0]).toContain(`do      switchyard serve --config ${config}`);
  });

  it('does not mistake a program with the number of one that is gone for it', async () => {
    const owner = { pid: process.pid, started: 'long ago' };
    await writeFile(path.join(folder, 'lock'), JSON.stringify({ owner }));
    const { exit, terminal } = await stdio([{ kind: 'http' }], '');
    // It is about to start one of its own, for which there is no configuration here. Where no start of a process is to
    // be had, nothing tells one from the other, and it says what it found.
    const [code, words] =
      process.platform === 'linux' ? [6, 'there is no configuration'] : [9, 'has no door'];
    expect(await exit).toBe(code);
    expect(terminal.told[0]).toContain(words);
  });
});
