import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

describe('a probe', () => {
  it('is answered by a message, an error among them', async () => {
    const { connection } = await ready();
    await expect(connection.probe()).resolves.toBe(true);
  });

  it('is answered by its lists where a server knows no pings and does not say so', async () => {
    const { connection, server, clock } = await ready();
    server.silent('ping');
    const answered = connection.probe();
    await clock.advance(TIMINGS.probeTimeout);
    await settled();
    await expect(answered).resolves.toBe(true);
  });

  it('is not answered by one that says nothing within the time for it', async () => {
    const { connection, server, clock } = await ready();
    ['ping', 'tools/list'].forEach((method) => server.silent(method));
    const answered = connection.probe();
    await clock.advance(TIMINGS.probeTimeout);
    await clock.advance(TIMINGS.probeTimeout);
    await expect(answered).resolves.toBe(false);
  });

  it('is not answered by one that is stopped', async () => {
    const { connection } = await ready();
    await connection.stop();
    await expect(connection.probe()).resolves.toBe(false);
  });
});
