import { afterEach, describe, expect, it } from '@jest/globals';
import { hello, openSession, post, request, told } from './spec-client.ts';
import { closeGateways, openGateway } from './spec-gateway.ts';

afterEach(closeGateways);

describe('Authorization', () => {
  it.each([{}, { Authorization: 'Basic YTpi' }, { Authorization: 'Bearer wrong' }])(
    '%j is 401',
    async (headers) => {
      const gateway = await openGateway({ http: { tokens: { alice: 'a-token' } } });
      const answer = await post(gateway.url, JSON.stringify(hello()), headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  it('of somebody else does not open a session: 404', async () => {
    const gateway = await openGateway({ http: { tokens: { alice: 'a-token', mallory: 'm-token' } } });
    const alice = await openSession(gateway.url, { headers: { Authorization: 'Bearer a-token' } });
    const mallory = { 'Mcp-Session-Id': alice.id, Authorization: 'Bearer m-token' };
    expect((await post(gateway.url, request(1), mallory)).status).toBe(404);
    expect((await fetch(gateway.url, { headers: { ...mallory, Accept: 'text/event-stream' } })).status).toBe(
      404,
    );
    expect((await fetch(gateway.url, { method: 'DELETE', headers: mallory })).status).toBe(404);
    const answer = alice.post(request(1));
    const arrived = await gateway.door.next();
    expect(arrived.call.principal).toBe('alice');
    arrived.result({});
    expect((await answer).status).toBe(200);
    expect(gateway.lines.join()).not.toMatch(/a-token|m-token/);
  });
});

describe('one session or call too many', () => {
  it('is 503 with Retry-After for a session, where all others have something under way', async () => {
    const gateway = await openGateway({ endpoint: { maxSessions: 2 } });
    const first = await openSession(gateway.url);
    const second = await openSession(gateway.url);
    const stream = await first.listen();
    const answer = second.post(request(1));
    const { result } = await gateway.door.next();
    const third = await post(gateway.url, JSON.stringify(hello()));
    expect(third.headers.get('retry-after')).toBe('5');
    expect(await told(third)).toMatchObject({ status: 503, id: 0, rpc: -33012, code: 'SWY-E419' });
    expect(gateway.counts).toMatchObject({ sessions: 2, sessionsRefused: 1, sessionsDisplaced: 0 });
    result({});
    expect((await answer).status).toBe(200);
    await openSession(gateway.url);
    expect((await second.post(request(2, 'ping'))).status).toBe(404);
    await stream.body!.cancel();
  });

  it('ends the longest idle one of whoever has most', async () => {
    const gateway = await openGateway({
      http: { tokens: { alice: 'a-token', mallory: 'm-token' } },
      endpoint: { maxSessions: 4 },
    });
    const alice = { headers: { Authorization: 'Bearer a-token' } };
    const mallory = { headers: { Authorization: 'Bearer m-token' } };
    const hers = await openSession(gateway.url, alice);
    const others = [];
    for (let count = 0; count < 3; count++) {
      gateway.clock.advance(1_000);
      others.push(await openSession(gateway.url, mallory));
    }
    gateway.clock.advance(1_000);
    expect((await others[0]!.post(request(1, 'ping'))).status).toBe(200);
    const second = await openSession(gateway.url, alice);
    expect(gateway.counts).toMatchObject({ sessions: 4, sessionsRefused: 0, sessionsDisplaced: 1 });
    expect(gateway.door.ended).toMatchObject([{ principal: 'mallory' }]);
    const alive = await Promise.all(
      [hers, second, ...others].map(async (session) => (await session.post(request(2, 'ping'))).status),
    );
    expect(alive).toEqual([200, 200, 200, 404, 200]);
  });

  it('is -33012 for the 65th call of a session, and for no other session', async () => {
    const gateway = await openGateway();
    const session = await openSession(gateway.url);
    const answers = Array.from({ length: 64 }, (_, i) => session.post(request(i)));
    const arrived = await Promise.all(answers.map(() => gateway.door.next()));
    const refused = await told(await session.post(request(64)));
    expect(refused).toMatchObject({ status: 200, id: 64, rpc: -33012, code: 'SWY-E429' });
    expect(refused.message).toBe('this session has 64 calls under way already');
    expect(gateway.counts.callsRefused).toBe(1);
    const other = (await openSession(gateway.url)).post(request(64));
    arrived.push(await gateway.door.next());
    arrived.forEach(({ result }) => result({}));
    expect((await Promise.all([...answers, other])).every((answer) => answer.status === 200)).toBe(true);
  });
});
