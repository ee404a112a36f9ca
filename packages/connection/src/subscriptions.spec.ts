import { describe, expect, it } from '@jest/globals';
import { parsePayload } from '@switchyard/plugin-api';
import { settled } from './spec-clock.ts';
import { supervised } from './spec-upstream.ts';
import type { Sharing } from './desired-server.ts';

const URI = 'test://a';
const session = (audience: string) => ({ principal: 'local', audience });

/** A server with resources, ready. */
async function subscribing(sharing: Sharing = 'principal') {
  const parts = supervised();
  const server = parts.server('files');
  server.capabilities = { resources: { subscribe: true }, logging: {} };
  for (const method of ['resources/subscribe', 'resources/unsubscribe', 'logging/setLevel'])
    server.on(method, () => ({ result: {} }));
  await parts.apply(parts.desired('files', { sharing }));
  const ask =
    (method: string) =>
    async (audience: string, uri = URI) => {
      const params = { bytes: Buffer.from(JSON.stringify({ uri })) };
      const { outcomes } = parts.call('files', { method, name: uri, audience, params });
      await settled();
      return outcomes[0]?.kind;
    };
  const asked = () =>
    server.wires.map(({ taken }) =>
      taken
        .filter(({ method }) => method?.startsWith('resources/') && method.endsWith('subscribe'))
        .map(({ method, params }) => `${method!.slice(10)} ${String(params?.['uri'])}`),
    );
  const updated = async (uri = URI) => {
    server.wire.notify('notifications/resources/updated', { uri });
    await settled();
    const notice = parts.notices.at(-1);
    return ['a', 'b', 'c'].filter((audience) => notice?.concerns(session(audience)));
  };
  return {
    ...parts,
    scripted: server,
    subscribe: ask('resources/subscribe'),
    unsubscribe: ask('resources/unsubscribe'),
    asked,
    updated,
  };
}

describe('subscriptions', () => {
  it('are one at the server, however many clients have it', async () => {
    const { subscribe, unsubscribe, asked, updated, view } = await subscribing();
    expect([await subscribe('a'), await subscribe('b'), await subscribe('b')]).toEqual([
      'result',
      'result',
      'result',
    ]);
    expect(asked()).toEqual([[`subscribe ${URI}`]]);
    expect(view('files').subscriptions).toBe(2);
    expect(await updated()).toEqual(['a', 'b']);
    expect(await unsubscribe('a')).toBe('result');
    expect(await updated()).toEqual(['b']);
    expect(await unsubscribe('b')).toBe('result');
    expect(asked()).toEqual([[`subscribe ${URI}`, `unsubscribe ${URI}`]]);
    expect(await updated()).toEqual([]);
  });

  it('tell nobody of what he did not ask for', async () => {
    const { subscribe, updated } = await subscribing();
    await subscribe('a', 'test://b');
    expect(await updated('test://c')).toEqual([]);
    expect(await updated('test://b')).toEqual(['a']);
  });

  it('end with their session', async () => {
    const { supervisor, subscribe, asked, view } = await subscribing();
    await subscribe('a');
    await subscribe('b');
    supervisor.sessionEnded(session('a'));
    await settled();
    expect(asked()).toEqual([[`subscribe ${URI}`]]);
    supervisor.sessionEnded(session('b'));
    await settled();
    expect(asked()).toEqual([[`subscribe ${URI}`, `unsubscribe ${URI}`]]);
    expect(view('files').subscriptions).toBe(0);
  });

  it('are renewed when the server has begun anew', async () => {
    const { subscribe, scripted, clock, asked, updated } = await subscribing();
    await subscribe('a');
    await subscribe('b');
    await subscribe('b', 'test://b');
    scripted.wire.lose();
    await clock.advance(1_000);
    expect(asked()[1]).toEqual([`subscribe ${URI}`, 'subscribe test://b']);
    expect(await updated()).toEqual(['a', 'b']);
    // And are known there: the next subscriber asks nobody.
    await subscribe('c');
    expect(asked()[1]).toHaveLength(2);
  });

  it('that the server refuses are none', async () => {
    const { subscribe, scripted, updated, view } = await subscribing();
    scripted.on('resources/subscribe', () => ({ error: { code: -32002, message: 'no such thing' } }));
    expect(await subscribe('a')).toBe('error');
    expect(await updated()).toEqual([]);
    expect(view('files').subscriptions).toBe(0);
  });

  it('of a session with its own connection are told there', async () => {
    const { subscribe, asked, updated } = await subscribing('session');
    await subscribe('a');
    await subscribe('b');
    expect(asked()).toEqual([[], [`subscribe ${URI}`], [`subscribe ${URI}`]]);
    expect(await updated()).toEqual(['b']);
  });

  it('hear of parts of what they are for, and nobody hears of nothing', async () => {
    const { subscribe, updated, scripted, notices } = await subscribing();
    await subscribe('a', 'test://dir');
    await subscribe('b', 'test://dir/');
    expect(await updated('test://dir/file')).toEqual(['a', 'b']);
    expect(await updated('test://directory')).toEqual([]);
    scripted.wire.notify('notifications/resources/updated', {});
    await settled();
    expect(notices.at(-1)!.concerns(session('a'))).toBe(false);
  });

  it('that are given up on the way are taken back', async () => {
    const { call, scripted, asked, view } = await subscribing();
    scripted.silent('resources/subscribe');
    const { exchange } = call('files', { method: 'resources/subscribe', name: URI, audience: 'a' });
    await settled();
    exchange.cancel('no more');
    await settled();
    expect(asked()[0]!.at(-1)).toBe(`unsubscribe ${URI}`);
    expect(view('files').subscriptions).toBe(0);
  });

  it('that come while the last one leaves are there in the end', async () => {
    const { subscribe, scripted, call, asked, updated } = await subscribing();
    await subscribe('a');
    scripted.silent('resources/unsubscribe');
    call('files', { method: 'resources/unsubscribe', name: URI, audience: 'a' });
    await settled();
    await subscribe('b');
    const [unsubscribe] = scripted.wire.requests('resources/unsubscribe');
    scripted.wire.respond(unsubscribe!.id, { result: {} });
    await settled();
    expect(asked()[0]!.at(-1)).toBe(`subscribe ${URI}`);
    expect(asked()[0]).toHaveLength(4);
    expect(await updated()).toEqual(['b']);
  });

  it('are renewed a few at a time', async () => {
    const { call, scripted, clock, asked } = await subscribing();
    for (let index = 0; index < 100; index += 1) {
      call('files', { method: 'resources/subscribe', name: `test://${index}`, audience: 'a' });
      await settled();
    }
    scripted.silent('resources/subscribe');
    scripted.wire.lose();
    await clock.advance(1_000);
    expect(asked()[1]).toHaveLength(16);
    for (const { id } of scripted.wire.requests('resources/subscribe'))
      scripted.wire.respond(id, { result: {} });
    await settled();
    expect(asked()[1]).toHaveLength(32);
  });

  it('of long URIs, and too many of one client, are refused', async () => {
    const { subscribe, view } = await subscribing();
    expect(await subscribe('a', `test://${'x'.repeat(9_000)}`)).toBe('error');
    for (let index = 0; index < 1_000; index += 1) await subscribe('a', `test://${index}`);
    expect(await subscribe('a', 'test://one-more')).toBe('error');
    expect(await subscribe('b', 'test://one-more')).toBe('result');
    expect(view('files').subscriptions).toBe(1_001);
  });

  it('keep the connection of a principal that only listens', async () => {
    const { call, scripted, clock } = await subscribing();
    call('files', { method: 'resources/subscribe', name: URI, principal: 'anna', audience: 'a' });
    await settled();
    await clock.advance(30 * 60_000);
    expect(scripted.wires.map(({ closeAsked }) => closeAsked)).toEqual([false, false]);
  });

  it('are refused beyond a limit', async () => {
    const { subscribe, call } = await subscribing();
    await subscribe('s0');
    for (let index = 0; index < 10_000; index += 1)
      call('files', { method: 'resources/subscribe', name: URI, audience: `s${index}` });
    await settled();
    const refused = call('files', { method: 'resources/subscribe', name: URI, audience: 'one-more' });
    await settled();
    expect(refused.outcomes).toMatchObject([{ code: 'SUBSCRIPTIONS_LIMIT', executed: 'no' }]);
    expect(await subscribe('s1')).toBe('result');
  });
});

describe('log lines that belong to no call', () => {
  it('concern whoever shares the connection', async () => {
    const { scripted, notices } = await subscribing();
    scripted.wire.notify('notifications/message', { level: 'info', data: 'x' });
    await settled();
    const [{ kind, server, params, concerns }] = notices as [(typeof notices)[0]];
    expect([kind, server, parsePayload(params)]).toEqual(['log', 'files', { level: 'info', data: 'x' }]);
    expect(concerns(session('anybody'))).toBe(true);
    expect(concerns({ principal: 'anna', audience: 'a' })).toBe(false);
  });

  it('of the primary connection concern nobody where each session has its own', async () => {
    const { scripted, notices } = await subscribing('session');
    scripted.wire.notify('notifications/message', { level: 'info', data: 'x' });
    await settled();
    expect(notices.map(({ concerns }) => concerns(session('a')))).toEqual([false]);
  });
});

describe('log levels', () => {
  const levels = (wire: { requests: (method: string) => readonly { params?: object }[] }) =>
    wire.requests('logging/setLevel').map(({ params }) => (params as { level: string }).level);

  it('are the lowest of all sessions, told only when it changes', async () => {
    const { supervisor, scripted } = await subscribing();
    expect(levels(scripted.wire)).toEqual([]);
    supervisor.setLogLevel(session('a'), 'warning');
    supervisor.setLogLevel(session('b'), 'error');
    supervisor.setLogLevel(session('c'), 'debug');
    await settled();
    expect(levels(scripted.wire)).toEqual(['warning', 'debug']);
    supervisor.sessionEnded(session('c'));
    await settled();
    expect(levels(scripted.wire)).toEqual(['warning', 'debug', 'warning']);
    for (const audience of ['a', 'b']) supervisor.sessionEnded(session(audience));
    await settled();
    expect(levels(scripted.wire).at(-1)).toBe('info');
  });

  it('are told again to a server that began anew', async () => {
    const { supervisor, scripted, clock } = await subscribing();
    supervisor.setLogLevel(session('a'), 'notice');
    scripted.wire.lose();
    await clock.advance(1_000);
    expect(levels(scripted.wire)).toEqual(['notice']);
  });

  it('are not told to a server that cannot log, nor for somebody on another connection', async () => {
    const { supervisor, scripted, apply, desired, server } = await subscribing();
    await apply(desired('files'), desired('mute'));
    supervisor.setLogLevel({ principal: 'anna', audience: 'x' }, 'debug');
    supervisor.setLogLevel(session('a'), 'info');
    await settled();
    expect([levels(scripted.wire), levels(server('mute').wire)]).toEqual([['info'], []]);
  });
});

describe("what a session's own connection is told", () => {
  it('is what its client can be asked, and that its folders changed', async () => {
    const { supervisor, scripted, call } = await subscribing('session');
    const capabilities = { roots: { listChanged: true }, sampling: {}, experimental: { x: {} }, tasks: {} };
    const client = { era: 'legacy', protocolVersion: '2025-11-25', capabilities } as const;
    call('files', { audience: 'a', client });
    await settled();
    const [hello] = scripted.wire.requests('initialize');
    expect(hello!.params!['capabilities']).toEqual({ roots: { listChanged: true }, sampling: {} });
    supervisor.rootsChanged(session('a'));
    await settled();
    expect(scripted.wire.requests('notifications/roots/list_changed')).toHaveLength(1);
    expect(scripted.wires[0]!.requests('notifications/roots/list_changed')).toHaveLength(0);
  });

  it('and a shared one what each client can be asked through it', async () => {
    const { scripted, supervisor } = await subscribing();
    const [hello] = scripted.wire.requests('initialize');
    expect(hello!.params!['capabilities']).toEqual({ sampling: {}, elicitation: { form: {}, url: {} } });
    supervisor.rootsChanged(session('a'));
    await settled();
    expect(scripted.wire.requests('notifications/roots/list_changed')).toHaveLength(0);
  });
});
