import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { started } from './spec-server.ts';

const KILOBYTE = 'x'.repeat(1024);
/** More than any system keeps in a pipe. */
const BLOCK = 'x'.repeat(4 * 1024 * 1024);

describe('a server that stops reading', () => {
  it('makes a queue that refuses what is beyond its limit, and settles with the exit', async () => {
    const { wire, received, send } = await started('deaf', { maxQueuedBytes: 10 * 1025 });
    await received(1);
    const first = send(BLOCK);
    expect(await send(KILOBYTE)).toBe('unsent');
    expect(wire.counters).toMatchObject({ refusedMessages: 1, queuedBytes: BLOCK.length + 1 });
    process.kill(wire.info.pid!, 'SIGKILL');
    expect(await first).toBe('sent');
    expect(wire.counters.queuedBytes).toBe(0);
  });

  it('gets none of what waits behind the message it did not take', async () => {
    const { wire, received, send } = await started('deaf', { maxQueuedBytes: BLOCK.length + 3 * 1025 });
    await received(1);
    const sent = [send(BLOCK), send(KILOBYTE), send(KILOBYTE)];
    expect(await send(`${KILOBYTE}${KILOBYTE}`)).toBe('unsent');
    expect(wire.counters.refusedMessages).toBe(1);
    process.kill(wire.info.pid!, 'SIGKILL');
    expect(await Promise.all(sent)).toEqual(['sent', 'unsent', 'unsent']);
  });
});

/** A server that reads nothing until it is woken. */
async function asleep() {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-queue-'));
  folders.push(folder);
  const file = join(folder, 'awake');
  const server = await started('sleeper', {
    target: { args: ['sleeper.mjs', file] },
    maxQueuedBytes: 2 * BLOCK.length,
  });
  await server.received(1);
  return { ...server, wake: () => writeFile(file, '') };
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe('a message that nobody wants any more', () => {
  const request = (text: string, signal: AbortSignal) =>
    ({ kind: 'request', segments: [Buffer.from(text)], signal }) as const;

  it('is taken out of the queue, and the server never sees it', async () => {
    const { wire, send, received, wake } = await asleep();
    const unwanted = new AbortController();
    const first = send(BLOCK);
    const second = wire.send(request('xx', unwanted.signal));
    const third = send('xxx');
    unwanted.abort();
    expect(await second).toBe('unsent');
    expect(wire.counters.queuedBytes).toBe(BLOCK.length + 1 + 4);
    await wake();
    expect(await Promise.all([first, third])).toEqual(['sent', 'sent']);
    expect(await received(3)).toEqual(['{"ready":true}', String(BLOCK.length), '3']);
  });

  it('is not taken at all, or is sent whole once a byte of it may have gone', async () => {
    const { wire, received } = await started('echo');
    expect(await wire.send(request('{"id":1}', AbortSignal.abort()))).toBe('unsent');
    const unwanted = new AbortController();
    const sent = wire.send(request('{"id":2}', unwanted.signal));
    unwanted.abort();
    expect([await sent, await received(1)]).toEqual(['sent', ['{"id":2}']]);
  });
});

it('drops what waits when the wire is closed, before the server can take it', async () => {
  const { wire, send, wake } = await asleep();
  const first = send(BLOCK);
  const waiting = [send('xx'), send('xxx')];
  const closed = wire.close();
  expect(await Promise.all(waiting)).toEqual(['unsent', 'unsent']);
  expect(wire.counters.queuedBytes).toBe(BLOCK.length + 1);
  // What was begun is ended: half a message would be damage.
  await wake();
  expect(await first).toBe('sent');
  await closed;
});

it('takes a message over the limit when nothing waits', async () => {
  const { received, send } = await started('echo', { maxQueuedBytes: 10 });
  expect(await Promise.all([send(KILOBYTE), send('{}')])).toEqual(['sent', 'unsent']);
  expect(await received(1)).toEqual([KILOBYTE]);
});
