import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_WAITING_EVENTS, STALLED_MS } from './options.ts';
import { specSchema, ticker } from './spec-schema.ts';
import { closeServers, serveSchema, type Served, subscribeRaw, TOKEN, until } from './spec-server.ts';

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await closeServers();
});

async function following(text?: string, options = {}) {
  const ticks = ticker(text);
  return { ticks, served: await serveSchema(specSchema(ticks), { options }) };
}

const TICKS = 'subscription { ticks { seq dropped text } }';

function open({ url }: Served, query = TICKS): Socket {
  const socket = subscribeRaw(url, query);
  sockets.push(socket);
  return socket;
}

/** Collects what a socket gets. */
function reading(socket: Socket): { text: string; ended: boolean } {
  const got = { text: '', ended: false };
  socket.setEncoding('utf8');
  // Without the padding: what a slow reader gets is megabytes of it.
  socket.on('data', (chunk: string) => void (got.text += chunk.replace(/x{8,}/g, '')));
  socket.on('close', () => void (got.ended = true));
  socket.resume();
  return got;
}

const seen = (text: string) =>
  [...text.matchAll(/"seq":(\d+),"dropped":(\d+)/g)].map(([, seq, dropped]) => [
    Number(seq),
    Number(dropped),
  ]);

describe('a subscription', () => {
  it('is told the present, then each event in order, and ends its source when its client goes', async () => {
    const { ticks, served } = await following();
    const socket = open(served);
    const got = reading(socket);
    await until(() => seen(got.text).length === 1);
    expect(got.text).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Type: text\/event-stream/);
    expect(got.text).toContain(':\n\n');
    ticks.tick(3);
    await until(() => seen(got.text).length === 4);
    expect(seen(got.text)).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect([ticks.held.size, served.server.subscribers.subscribers]).toEqual([1, 1]);
    socket.destroy();
    await until(() => ticks.held.size === 0 && served.server.subscribers.subscribers === 0);
    expect(served.clock.pending).toBe(0);
  });

  it('that ends says so', async () => {
    const { served } = await following();
    const answer = await served.post(
      { query: 'subscription { counted(to: 2) }' },
      { Accept: 'text/event-stream' },
    );
    expect(answer.text).toBe(
      ':\n\nevent: next\ndata: {"data":{"counted":1}}\n\nevent: next\ndata: {"data":{"counted":2}}\n\n' +
        'event: complete\ndata:\n\n',
    );
    expect(served.clock.pending).toBe(0);
  });

  it('whose source fails tells an id, and ends', async () => {
    const { served } = await following();
    const { text } = await served.post({ query: 'subscription { breaks }' }, { Accept: 'text/event-stream' });
    expect(text).toMatch(/"errors":\[\{"message":"unexpected error".*"code":"INTERNAL".*event: complete/s);
    expect(text).not.toContain('inner secret');
    expect(served.lines.join()).toContain('inner secret');
  });

  it('that is refused by its source is a refusal, and takes no place', async () => {
    const { served } = await following();
    const { status, body } = await served.post(
      { query: 'subscription { refused }' },
      { Accept: 'text/event-stream' },
    );
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ extensions: { code: 'SERVER_UNKNOWN', hint: expect.any(String) } }]);
    await until(() => served.server.subscribers.subscribers === 0);
  });

  it('whose resolver fails fills the log no more than once', async () => {
    const { ticks, served } = await following();
    const got = reading(open(served, 'subscription { ticks { seq dropped broken } }'));
    await until(() => got.text.includes('"seq":0'));
    for (let n = 1; n <= 20; n += 1) {
      ticks.tick();
      await until(() => got.text.includes(`"seq":${n},`));
    }
    expect(served.lines.filter((line) => line.startsWith('a resolver failed'))).toHaveLength(5);
  });

  it('is kept alive by comments, every 15 seconds', async () => {
    const { served } = await following();
    const got = reading(open(served));
    await until(() => seen(got.text).length === 1);
    const comments = () => got.text.match(/^:$/gm)?.length ?? 0;
    expect(comments()).toBe(1);
    for (let n = 2; n <= 4; n += 1) {
      served.clock.advance(15_000);
      await until(() => comments() === n);
    }
    served.clock.advance(14_999);
    expect(comments()).toBe(4);
  });

  it('is ended when the plugin closes, without saying that there is no more', async () => {
    const { ticks, served } = await following();
    const got = reading(open(served));
    await until(() => seen(got.text).length === 1);
    await served.server.close();
    expect([ticks.held.size, served.server.subscribers.subscribers]).toEqual([0, 0]);
    await until(() => got.text.endsWith('0\r\n\r\n'));
    expect(got.text).not.toContain('event: complete');
  });
});

describe('too many subscriptions', () => {
  it('of one client are refused, until one of them ends', async () => {
    const { ticks, served } = await following();
    const own = Array.from({ length: 10 }, () => open(served));
    await until(() => ticks.held.size === 10);
    const refused = await served.post({ query: TICKS }, { Accept: 'text/event-stream' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(refused.body.errors).toMatchObject([
      {
        message: expect.not.stringMatching(/\d/),
        extensions: { code: 'SUBSCRIPTION_LIMIT', number: 'SWY-E733' },
      },
    ]);
    expect(served.server.subscribers).toEqual({ subscribers: 10, refused: 1 });
    expect((await served.post({ query: '{ hello }' })).status).toBe(200);
    own[0]!.destroy();
    await until(() => ticks.held.size === 9);
    reading(open(served));
    await until(() => ticks.held.size === 10);
  });

  it('of all are refused, whoever asks', async () => {
    const { ticks, served } = await following('', { maxSubscriptions: 3 });
    for (let n = 0; n < 3; n += 1) open(served);
    await until(() => ticks.held.size === 3);
    const { status, body } = await served.post({ query: TICKS }, { Accept: 'text/event-stream' });
    expect(status).toBe(429);
    expect(body.errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_LIMIT' } }]);
  });
});

describe('a client that does not read', () => {
  it('costs a bounded number of events and bytes, and is told what it missed when it reads again', async () => {
    const text = 'x'.repeat(100_000);
    const { ticks, served } = await following(text);
    const socket = open(served);
    socket.pause();
    await until(() => ticks.held.size === 1);
    // More than all buffers between the two together can take.
    const sent = 1_000;
    for (let n = 0; n < sent; n += 1) {
      ticks.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ticks.dropped.count).toBeGreaterThan(0);
    const got = reading(socket);
    await until(() => seen(got.text).at(-1)?.[0] === sent);
    const events = seen(got.text);
    const missed = events.reduce((sum, [, dropped]) => sum + dropped!, 0);
    expect(missed).toBe(ticks.dropped.count);
    expect(events.length + missed).toBe(sent + 1);
    // Where something is missing, the event after it says how much.
    events.slice(1).forEach(([seq, dropped], index) => expect(seq! - events[index]![0]! - 1).toBe(dropped));
    expect(events.filter(([, dropped]) => dropped! > 0)).toHaveLength(1);
    const afterGap = events.length - events.findIndex(([, dropped]) => dropped! > 0);
    expect(afterGap).toBe(MAX_WAITING_EVENTS);
  });

  it('gets no keep-alive on top of what it does not read', async () => {
    const { ticks, served } = await following('x'.repeat(2_000_000));
    const socket = open(served);
    socket.pause();
    await until(() => ticks.held.size === 1);
    ticks.tick(5);
    for (let n = 0; n < 15; n += 1) {
      served.clock.advance(15_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const got = reading(socket);
    await until(() => seen(got.text).length === 6);
    expect(got.text.match(/^:$/gm)!.length).toBeLessThan(10);
  });

  it('is cut off when it has read nothing for five minutes, and its place is free', async () => {
    const { ticks, served } = await following('x'.repeat(2_000_000), { maxSubscriptions: 1 });
    const deaf = open(served);
    deaf.pause();
    await until(() => {
      ticks.tick();
      return ticks.dropped.count > 0;
    });
    served.clock.advance(STALLED_MS - 1);
    expect(served.server.subscribers.subscribers).toBe(1);
    served.clock.advance(1);
    await until(() => ticks.held.size === 0);
    expect(served.server.subscribers.subscribers).toBe(0);
    open(served);
    await until(() => ticks.held.size === 1);
  });

  it('does not hold up the end of the plugin', async () => {
    const { ticks, served } = await following('x'.repeat(2_000_000));
    const socket = open(served);
    socket.pause();
    await until(() => ticks.held.size === 1);
    await until(() => {
      ticks.tick();
      return ticks.dropped.count > 0;
    });
    await served.server.close();
    expect(ticks.held.size).toBe(0);
  });

  it('takes nothing from one that reads', async () => {
    const { ticks, served } = await following('x'.repeat(50_000));
    for (let n = 0; n < 3; n += 1) open(served).pause();
    const got = reading(open(served));
    await until(() => ticks.held.size === 4);
    for (let n = 1; n <= 300; n += 1) {
      ticks.tick();
      await until(() => seen(got.text).length === n + 1);
    }
    expect(seen(got.text).every(([, dropped]) => dropped === 0)).toBe(true);
    expect(ticks.dropped.count).toBeGreaterThan(0);
  });
});

describe('a stream of events', () => {
  it('is read by whoever follows the protocol: GraphQL over SSE, distinct connections', async () => {
    const { ticks, served } = await following();
    const answer = await fetch(served.url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: TICKS }),
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await answer.body!.cancel();
    await until(() => ticks.held.size === 0);
  });
});
