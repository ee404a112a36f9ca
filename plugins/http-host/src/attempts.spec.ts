import { describe, expect, it } from '@jest/globals';
import { type HttpRoute, Secret } from '@switchyard/plugin-api';
import { identify, type IdentifyContext } from './asker.ts';
import { createAttempts } from './attempts.ts';
import { bearers } from './bearer.ts';
import { ADMIN_TOKEN, hostWith, quickClock } from './spec-parts.ts';

const LIMITS = { maxFailures: 3, windowMs: 60_000, maxAddresses: 2 };
const route: HttpRoute = {
  path: '/status',
  audience: 'admin',
  handle: ({ principal, response }) => void response.end(principal),
};

function stoppedClock() {
  let now = 0;
  return { now: () => now, date: () => now, after: () => () => undefined, pass: (ms: number) => (now += ms) };
}

function asking() {
  const clock = stoppedClock();
  const attempts = createAttempts(clock, LIMITS);
  const context: IdentifyContext = {
    ...{ isLocal: true, clientBearers: undefined, attempts },
    adminBearers: bearers({ admin: new Secret('right') }),
  };
  return {
    ...{ clock, attempts },
    ask: (token: string | undefined, remote: string, more: Partial<HttpRoute> = {}) =>
      identify(
        { ...route, ...more },
        { authorization: token === undefined ? [] : [`Bearer ${token}`], remote },
        context,
      ),
  };
}

describe('wrong tokens', () => {
  it('block their address for the rest of a minute, whatever comes from there, and no other', () => {
    const { ask, clock } = asking();
    expect(ask('a', '192.0.2.1')).toMatchObject({ kind: 'nobody', isOneTooMany: false });
    clock.pass(20_000);
    expect(ask('b', '192.0.2.1')).toMatchObject({ kind: 'nobody', isOneTooMany: false });
    expect(ask('c', '192.0.2.1')).toEqual({ kind: 'nobody', isOneTooMany: true, address: '192.0.2.1' });
    expect(ask('d', '192.0.2.1')).toEqual({ kind: 'blocked', ms: 40_000 });
    expect(ask('right', '192.0.2.1')).toEqual({ kind: 'blocked', ms: 40_000 });
    expect(ask('right', '192.0.2.2')).toEqual({ kind: 'known', principal: 'admin' });
    clock.pass(40_000);
    expect(ask('right', '192.0.2.1')).toEqual({ kind: 'known', principal: 'admin' });
    expect(ask('a', '192.0.2.1')).toMatchObject({ kind: 'nobody', isOneTooMany: false });
  });

  it('of a program on this machine do not shut out the others', () => {
    const { ask } = asking();
    for (const token of ['a', 'b', 'c']) ask(token, '127.0.0.1');
    expect(ask('d', '::1')).toMatchObject({ kind: 'blocked' });
    expect(ask('right', '127.0.0.1')).toEqual({ kind: 'known', principal: 'admin' });
  });

  it('are none where there is no token at all', () => {
    const { ask, attempts } = asking();
    for (let n = 0; n < 10; n += 1) expect(ask(undefined, '192.0.2.1')).toMatchObject({ kind: 'nobody' });
    expect(attempts.counts.addresses).toBe(0);
  });

  it('are counted on open routes too, which answer all the same', () => {
    const { ask } = asking();
    for (const token of ['a', 'b', 'c', 'd']) {
      expect(ask(token, '192.0.2.1', { open: true })).toEqual({ kind: 'known', principal: 'anonymous' });
    }
    expect(ask('e', '192.0.2.1')).toMatchObject({ kind: 'blocked' });
  });

  it('are remembered of so many addresses only, and what was forgotten is counted', () => {
    const { ask, attempts, clock } = asking();
    for (const token of ['a', 'b', 'c']) ask(token, '192.0.2.1');
    ask('a', '192.0.2.2');
    expect(ask('a', '192.0.2.3')).toMatchObject({ kind: 'nobody' });
    expect(attempts.counts).toEqual({ addresses: 2, forgotten: 1 });
    expect(ask('right', '192.0.2.1')).toMatchObject({ kind: 'known' });
    clock.pass(60_000);
    ask('a', '192.0.2.4');
    expect(attempts.counts).toEqual({ addresses: 1, forgotten: 1 });
  });
});

describe('a host', () => {
  it('answers the eleventh wrong token of a minute with 429, and says when to come back', async () => {
    const host = hostWith({}, { clock: { ...quickClock, now: () => 0 } });
    try {
      host.mount(route);
      const url = await host.listen('admin');
      const ask = (token: string) =>
        fetch(`${url}/status`, { headers: { Authorization: `Bearer ${token}` } });
      for (let n = 1; n <= 10; n += 1) expect((await ask(`wrong-${n}`)).status).toBe(401);
      const refused = await ask('wrong-11');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
      expect(await refused.json()).toMatchObject({
        jsonrpc: '2.0',
        id: null,
        error: { data: { code: 'SWY-E730', retryable: true, correlationId: expect.any(String) } },
      });
      expect(await (await ask(ADMIN_TOKEN)).text()).toBe('admin');
      expect(host.counts).toMatchObject({ throttled: 1, refused: 11, handled: 1 });
      expect(host.log.lines.filter((line) => line.includes('too many wrong tokens'))).toHaveLength(1);
      expect(host.log.lines.join()).not.toContain('wrong-');
    } finally {
      await host.close();
    }
  });

  it('never says what it is made of', async () => {
    const host = hostWith();
    try {
      host.mount(route);
      const url = await host.listen('admin');
      for (const path of ['/status', '/nothing', '/']) {
        const answer = await fetch(`${url}${path}`);
        const text = await answer.text();
        const names = [...answer.headers.keys()];
        expect(names.filter((name) => /^(server|via|x-powered-by|x-.*version)$/.test(name))).toEqual([]);
        expect(text).not.toMatch(/node|switchyard\/|\d+\.\d+\.\d+|\bat .*:\d+:\d+/i);
      }
    } finally {
      await host.close();
    }
  });
});
