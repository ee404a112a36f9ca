import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import { messagesOf, openSession, rawPost, rawSocket, request } from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

let gateway: SpecGateway;
let session: Awaited<ReturnType<typeof openSession>>;
const sockets: Socket[] = [];
beforeEach(async () => {
  gateway = await openGateway();
  session = await openSession(gateway.url);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await closeGateways();
});

const tick = () => new Promise((resolve) => setImmediate(resolve));
const log = (bytes: number) =>
  ({ kind: 'log', params: payloadOf({ level: 'info', data: 'x'.repeat(bytes) }) }) as const;
const progress = (n: number) =>
  ({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: n }) }) as const;
const wanting = (id: number) => request(id, 'tools/call', { name: 'a', _meta: { progressToken: id } });

/** A call of a client that reads nothing of what it gets. */
async function unread(id: number, stream = true) {
  const body = stream ? wanting(id) : request(id);
  const socket = rawSocket(gateway.url).on('error', () => {});
  sockets.push(socket);
  socket.pause();
  socket.write(rawPost(gateway.url, body, session.headers));
  return { socket, ...(await gateway.door.next()) };
}

/** Fills what the system takes for this client, and some of what the endpoint does. */
async function fill(emit: (event: ReturnType<typeof log>) => void) {
  // How much that is differs from system to system: another client shows it.
  const other = await unread(99);
  let sent = 0;
  for (; gateway.counts.shedStreams === 0; sent += 1) {
    other.emit(log(500_000));
    await tick();
  }
  gateway.counts.shedStreams = 0;
  for (let i = 0; i < sent - 5; i += 1) {
    emit(log(500_000));
    await tick();
  }
}

describe('a client that does not read', () => {
  it('loses its stream at 4 MiB, not our memory; its session lives, and it may come back for the rest', async () => {
    const { socket, emit, result } = await unread(1);
    let sent = 0;
    for (; sent < 100 && gateway.counts.shedStreams === 0; sent += 1) {
      emit(log(1_000_000));
      await tick();
    }
    expect(gateway.counts.shedStreams).toBe(1);
    expect(sent).toBeLessThan(20);
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    result({ done: true });
    const rest = await messagesOf(await session.listen({ 'Last-Event-ID': '1-0' }));
    expect(rest.at(-1)).toMatchObject({ id: 1, result: { done: true } });
  });

  it('for 10 s loses its stream', async () => {
    const { emit, result } = await unread(1);
    await fill(emit);
    expect(gateway.counts.shedStreams).toBe(0);
    // Twice: the first look may have begun before what waits, and sees that something was taken.
    gateway.clock.advance(10_000);
    gateway.clock.advance(10_000);
    expect(gateway.counts.shedStreams).toBe(1);
    result({});
  });

  it('for 10 s loses a large answer in JSON', async () => {
    const { result } = await unread(1, false);
    result({ text: 'x'.repeat(9_000_000) });
    await tick();
    gateway.clock.advance(10_000);
    expect(gateway.counts.shedStreams).toBe(1);
  });

  it('but slowly loses nothing', async () => {
    const { socket, result } = await unread(1, false);
    const text = 'x'.repeat(30_000_000);
    result({ text });
    let got = 0;
    let wanted = 0;
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (got >= wanted) socket.pause();
    });
    while (got < text.length) {
      wanted = Math.min(got + 3_000_000, text.length);
      socket.resume();
      while (got < wanted) await tick();
      // What was read has to make room on the other side.
      for (let i = 0; i < 200; i += 1) await tick();
      gateway.clock.advance(6_000);
    }
    expect(gateway.counts.shedStreams).toBe(0);
  });

  it('gets the newest progress of each call only, before whatever comes next', async () => {
    const { socket, emit, result } = await unread(1);
    await fill(emit);
    for (let i = 1; i <= 10_000; i += 1) emit(progress(i));
    result({ done: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk)).resume();
    const whole = () => Buffer.concat(chunks).toString();
    while (!whole().includes('"done":true')) await once(socket, 'data');
    const seen = [...whole().matchAll(/"progress":(\d+)/g)].map(([, n]) => Number(n));
    expect(seen).toEqual([10_000]);
    expect(whole().indexOf('"progress":10000')).toBeLessThan(whole().indexOf('"done":true'));
  });
});
