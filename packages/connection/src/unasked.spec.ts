import { describe, expect, it } from '@jest/globals';
import { ready } from './spec-connection.ts';
import { settled } from './spec-clock.ts';
import { UNASKED } from './unasked.ts';

const { burst, each, portion, bytes } = UNASKED;

/** A connection to a server that says so many things of its own. */
async function talking(say: (wire: Parts['server']['wire'], count: number) => void) {
  const parts = await ready();
  const { wire } = parts.server;
  // What it said to become ready.
  await parts.clock.advance(burst);
  return {
    ...parts,
    rests: wire.rests,
    says: async (count: number) => {
      for (let at = 0; at < count; at += 1) say(wire, at);
      await settled();
    },
  };
}
type Parts = Awaited<ReturnType<typeof ready>>;

describe.each<[string, Parameters<typeof talking>[0]]>([
  ['log lines', (wire) => wire.notify('notifications/message', { level: 'info', data: 'x' })],
  ['notifications that mean nothing', (wire) => wire.notify('notifications/x')],
  [
    'progress of nothing',
    (wire) => wire.notify('notifications/progress', { progressToken: 'x', progress: 1 }),
  ],
  ['answers to nobody', (wire, at) => wire.respond(`nobody-${at}`, { result: {} })],
  ['pings', (wire, id) => wire.push({ jsonrpc: '2.0', id, method: 'ping' })],
])('a server that sends %s without end', (_what, say) => {
  it('is heard at once for a while, and then as fast as the others can bear', async () => {
    const { clock, connection, rests, says } = await talking(say);
    await says(burst * 0.9);
    expect(rests).toEqual([]);
    let told = 0;
    // As a wire does: nothing is read while it rests.
    for (let rest = 0; rest < 50; rest += 1) {
      while (rests.length === rest) {
        await says(1);
        told += 1;
      }
      await clock.advance(rests.at(-1)!);
    }
    const waited = rests.reduce((sum, ms) => sum + ms, 0);
    expect(told).toBeLessThanOrEqual(burst + waited * each);
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(portion / each);
    expect(connection.state.phase).toBe('ready');
  });
});

it('a server that answers never rests, however much it answers', async () => {
  const { rests, call, server } = await talking(() => {});
  for (let count = 0; count < 3 * burst; count += 1) {
    const { outcomes } = call();
    await settled();
    expect(outcomes).toHaveLength(1);
  }
  expect(server.executions).toHaveLength(3 * burst);
  expect(rests).toEqual([]);
});

it('one large message is so many small ones', async () => {
  const large = { data: 'x'.repeat(bytes * 300) };
  const { rests, says } = await talking((wire) => wire.notify('notifications/message', large));
  await says(4);
  expect(rests).toHaveLength(1);
  // 1,200 of 1,000, and a portion more.
  expect(rests[0]).toBeGreaterThan((200 + portion) / each);
});
