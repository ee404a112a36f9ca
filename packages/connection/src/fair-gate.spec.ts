import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';

/** A connection that carries four calls at once and lets eight wait, and whose each call is. */
async function contended() {
  const parts = await ready({ limits: { maxConcurrent: 4, queue: 8 } });
  const { server } = parts;
  server.silent('tools/call');
  const call = (principal: string, count = 1) =>
    Array.from({ length: count }, () => parts.call({ principal, args: JSON.stringify({ principal }) }));
  const sent = () =>
    server.executions.map(({ params }) => (params?.['arguments'] as { principal: string }).principal);
  /** The server answers the oldest call of these that it has not answered. */
  const answered = new Set<unknown>();
  const answer = async (of?: string) => {
    const index = server.executions.findIndex(
      ({ id }, at) => !answered.has(id) && (of === undefined || sent()[at] === of),
    );
    const { id } = server.executions[index]!;
    answered.add(id);
    server.wire.respond(id, { result: {} });
    await settled();
  };
  return { ...parts, call, sent, answer };
}
const codes = (calls: readonly { outcomes: readonly { code?: string }[] }[]) =>
  calls.flatMap(({ outcomes }) => outcomes.map(({ code }) => code));

describe('the gate of a connection that several principals share', () => {
  it('lets those that wait go in turn, however many one of them has', async () => {
    const { call, sent, answer } = await contended();
    call('anna', 9);
    call('ben', 2);
    call('cleo', 1);
    await settled();
    for (let n = 0; n < 5; n += 1) await answer();
    expect(sent()).toEqual(['anna', 'anna', 'anna', 'anna', 'ben', 'cleo', 'anna', 'ben', 'anna']);
  });

  it('refuses the newest of whoever has most waiting for one who has fewer', async () => {
    const { call, connection } = await contended();
    const hers = call('anna', 12);
    const his = call('ben', 5);
    await settled();
    expect([codes(hers), codes(his)]).toEqual([Array(4).fill('OVERLOADED'), ['OVERLOADED']]);
    expect(hers.map(({ outcomes }) => outcomes.length)).toEqual([...Array<number>(8).fill(0), 1, 1, 1, 1]);
    expect([connection.held, connection.shed]).toEqual([8, 5]);
  });

  it('gives one alone all there is', async () => {
    const { call, connection } = await contended();
    const calls = call('anna', 13);
    await settled();
    expect([connection.inFlight, codes(calls)]).toEqual([12, ['OVERLOADED']]);
  });

  it('does not let one with long calls come to have all the room while others wait', async () => {
    const { call, sent, answer } = await contended();
    call('ben', 4);
    call('anna', 4);
    call('ben', 4);
    await settled();
    // His are short; hers never end.
    for (let n = 0; n < 6; n += 1) await answer('ben');
    expect(sent().filter((whose) => whose === 'anna')).toHaveLength(2);
    // Nobody else waits: the rest is hers.
    await answer('ben');
    await answer('ben');
    expect(sent().filter((whose) => whose === 'anna')).toHaveLength(4);
  });
});
