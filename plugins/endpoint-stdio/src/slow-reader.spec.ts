import { afterEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import type { Arrived } from '@switchyard/client-session/scripted-door';
import type { SpecClient } from './spec-client.ts';
import { closeEndpoints, openEndpoint, until } from './spec-endpoint.ts';

afterEach(closeEndpoints);

const MEGABYTE = 'x'.repeat(1024 * 1024);
const limits = { maxUnreadBytes: 1024 * 1024, maxQueuedBytes: 16 * 1024 * 1024, maxHeld: 2 };

/** A client that does not read, with more answers on their way to it than it may leave unread. */
async function unread() {
  const opened = await openEndpoint({ limits });
  const { client, door, clock } = opened;
  const ada = await client();
  await ada.greet();
  await ada.request(0, 'ping');
  const calls: Arrived[] = [];
  for (const id of [1, 2, 3, 4]) {
    ada.send({ id, method: 'tools/call', params: { name: 'large', _meta: { progressToken: id } } });
    calls.push(await door.next());
  }
  ada.socket.pause();
  for (const { result } of calls.slice(1)) result({ text: MEGABYTE });
  await until(() => clock.pending === 1);
  return { ...opened, ada, running: calls[0]! };
}

/** Lets the client read so much, and then no more. */
async function reads({ socket }: SpecClient, bytes: number): Promise<void> {
  let left = bytes;
  await new Promise<void>((resolve) => {
    socket.on('data', function take(chunk) {
      left -= chunk.length;
      if (left > 0) return;
      socket.off('data', take).pause();
      resolve();
    });
    socket.resume();
  });
}

describe('a client that does not read', () => {
  it('gets the newest of each once it does, and every answer', async () => {
    const { ada, door, endpoint, clock, running } = await unread();
    for (const progress of [1, 2, 3]) {
      running.emit({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress }) });
    }
    door.listChanged$.next('tools');
    door.listChanged$.next('tools');
    running.emit({ kind: 'log', params: payloadOf({ level: 'info', data: 'first to go' }) });
    // One more than may be held.
    door.listChanged$.next('prompts');
    expect(endpoint.counts).toMatchObject({ coalesced: 3, dropped: 2, clientsShed: 0 });

    // Nothing is read from it meanwhile: its answers are what it has to read first.
    ada.send({ id: 5, method: 'tools/call', params: { name: 'later' } });
    ada.socket.resume();
    for (const id of [2, 3, 4]) {
      expect(await ada.next()).toMatchObject({ id, result: { text: MEGABYTE } });
    }
    expect(await ada.next()).toMatchObject({ params: { progressToken: 1, progress: 3 } });
    expect(await ada.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    (await door.next()).result({ later: true });
    expect(await ada.next()).toMatchObject({ id: 5, result: { later: true } });
    expect(clock.pending).toBe(0);
  });

  it('is given up when it has read nothing for long, and its calls with it', async () => {
    const { ada, door, endpoint, clock, running } = await unread();
    clock.advance(9_999);
    expect(endpoint.counts.clientsShed).toBe(0);
    clock.advance(1);
    expect(endpoint.counts.clientsShed).toBe(1);
    expect(await running.cancelled).toBe('the client went away');
    ada.socket.resume();
    await ada.closed;
    expect(door.ended).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is given up at once where the answers to it are beyond all measure', async () => {
    const { ada, endpoint, running } = await unread();
    running.result({ text: MEGABYTE.repeat(16) });
    expect(endpoint.counts).toMatchObject({ clientsShed: 1 });
    ada.socket.resume();
    await ada.closed;
  });

  it('does not keep others waiting', async () => {
    const { client } = await unread();
    const bob = await client();
    await bob.greet();
    expect(await bob.request(1, 'ping')).toMatchObject({ id: 1 });
  });

  it('is given up, too, when it said no more and all its answers are on their way', async () => {
    const { client, door, endpoint, clock } = await openEndpoint({ limits });
    const ada = await client();
    await ada.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'large' } });
    const { result } = await door.next();
    ada.socket.end();
    ada.socket.pause();
    await until(() => clock.pending === 1);
    result({ text: MEGABYTE.repeat(6) });
    clock.advance(9_999);
    expect(endpoint.counts.clientsShed).toBe(0);
    clock.advance(1);
    expect(endpoint.counts.clientsShed).toBe(1);
    await until(() => endpoint.counts.clients === 0);
    expect(door.counted).toEqual([1, 0]);
    expect(clock.pending).toBe(0);
  });
});

describe('a client that reads slowly', () => {
  it('is not given up in the middle of what is one write', async () => {
    const { ada, endpoint, clock } = await unread();
    for (let look = 0; look < 4; look += 1) {
      // More than the system itself keeps for it.
      await reads(ada, 512 * 1024);
      clock.advance(10_000);
      expect(endpoint.counts.clientsShed).toBe(0);
    }
    ada.socket.resume();
    for (const id of [2, 3, 4]) expect(await ada.next()).toMatchObject({ id });
  });
});
