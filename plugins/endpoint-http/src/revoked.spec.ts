import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsOf, messagesOf, openSession, raw, rawPost, request, told } from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

const BOTH = { ada: 'token-of-ada', ben: 'token-of-ben' };
const as = (name: keyof typeof BOTH) => ({ headers: { Authorization: `Bearer ${BOTH[name]}` } });

let gateway: SpecGateway;
beforeEach(async () => {
  gateway = await openGateway({ http: { tokens: BOTH } });
});
afterEach(closeGateways);

/** The status of a ping in a session, on a connection of its own: the one before was closed with the token. */
async function ping(id: string, token: string): Promise<number> {
  const headers = { 'Mcp-Session-Id': id, Authorization: `Bearer ${token}`, Connection: 'close' };
  const answer = await raw(gateway.url, rawPost(gateway.url, request(9, 'ping'), headers));
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

const takeAway = () => gateway.replaceTokens(BOTH, { ada: BOTH.ada });

describe('a session whose token is taken away', () => {
  it('ends at once: its call is given up and answered so, its stream is over, its id opens nothing', async () => {
    const ben = await openSession(gateway.url, as('ben'));
    const stream = await ben.listen();
    const heard = eventsOf(stream);
    await heard.next();
    const answer = ben.post(request(1));
    const { cancelled } = await gateway.door.next();
    takeAway();
    expect(await told(await answer)).toMatchObject({ status: 200, id: 1, rpc: -32600, code: 'SWY-E301' });
    expect(await cancelled).toBe('its token is none any more');
    expect(await heard.next()).toMatchObject({ done: true });
    expect(gateway.door.ended).toMatchObject([{ principal: 'ben' }]);
    expect(gateway.counts).toMatchObject({ sessions: 0, sessionsRevoked: 1, waiting: 0 });
    expect(await ping(ben.id, BOTH.ben)).toBe(401);
    gateway.replaceTokens({ ada: BOTH.ada }, BOTH);
    expect(await ping(ben.id, BOTH.ben)).toBe(404);
  });

  it('tells so in a reply that is a stream already', async () => {
    const ben = await openSession(gateway.url, as('ben'));
    const answer = ben.post(request(1));
    await gateway.door.next();
    gateway.clock.advance(10_000);
    const response = await answer;
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    takeAway();
    const data = { code: 'SWY-E301', executed: 'unknown', retryable: false };
    expect(await messagesOf(response)).toMatchObject([{ id: 1, error: { data } }]);
  });

  it('takes no session of anybody else along', async () => {
    const ada = await openSession(gateway.url, as('ada'));
    await openSession(gateway.url, as('ben'));
    const answer = ada.post(request(1));
    const { result } = await gateway.door.next();
    takeAway();
    result({ done: true });
    expect(await (await answer).json()).toMatchObject({ id: 1, result: { done: true } });
    expect(gateway.counts).toMatchObject({ sessions: 1, sessionsRevoked: 1 });
  });

  it('ends where its principal got another token, too', async () => {
    const ben = await openSession(gateway.url, as('ben'));
    gateway.replaceTokens(BOTH, { ...BOTH, ben: 'another-of-ben' });
    expect(await ping(ben.id, 'another-of-ben')).toBe(404);
  });
});
