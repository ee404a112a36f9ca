import { describe, expect, it } from '@jest/globals';
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

it('takes a message over the limit when nothing waits', async () => {
  const { received, send } = await started('echo', { maxQueuedBytes: 10 });
  expect(await Promise.all([send(KILOBYTE), send('{}')])).toEqual(['sent', 'unsent']);
  expect(await received(1)).toEqual([KILOBYTE]);
});
