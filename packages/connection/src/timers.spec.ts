import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { connected } from './spec-connection.ts';

type Connected = ReturnType<typeof connected>;

/** What becomes of one call to a server that does not answer by itself. */
const ENDS: readonly (readonly [how: string, end: (at: Connected, id: number) => unknown])[] = [
  ['answered', ({ server }, id) => server.wire.respond(id, { result: {} })],
  [
    'refused by its server',
    ({ server }, id) => server.wire.respond(id, { error: { code: 1, message: 'no' } }),
  ],
  ['lost', ({ server }) => server.wire.lose()],
  ['timed out', ({ clock }) => clock.advance(60_000)],
];

describe('no timer is left of a connection that stopped', () => {
  it.each(ENDS)('after a call was %s', async (_how, end) => {
    const at = connected();
    at.server.silent('tools/call');
    await at.started();
    const { outcomes } = at.call();
    await settled();
    await end(at, Number(at.server.wire.requests('tools/call')[0]!.id));
    await settled();
    expect(outcomes).toHaveLength(1);
    await at.connection.stop();
    expect(at.clock.pending).toBe(0);
  });

  it('after a call was cancelled', async () => {
    const at = connected();
    at.server.silent('tools/call');
    await at.started();
    const { exchange, outcomes } = at.call();
    await settled();
    exchange.cancel('enough');
    expect(outcomes).toHaveLength(1);
    await at.connection.stop();
    expect(at.clock.pending).toBe(0);
  });

  it('after a call was held, and went', async () => {
    const at = connected();
    const { outcomes } = at.call();
    await at.started();
    await settled();
    expect(outcomes).toHaveLength(1);
    await at.connection.stop();
    expect(at.clock.pending).toBe(0);
  });
});
