import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openSession, rawPost, rawSocket, request } from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

const CROWD = 40;
const LARGE = 20_000;
const TIMES = 10;

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await closeGateways();
});

/** Connections that have each had an answer, so that what they send next is there as soon as it is sent. */
async function crowd({ url }: SpecGateway) {
  const { headers } = await openSession(url);
  const post = (body: string) => rawPost(url, body, headers);
  const lanes = await Promise.all(
    Array.from({ length: CROWD }, async (_, id) => {
      const socket = rawSocket(url);
      sockets.push(socket);
      let text = '';
      const answered = async () => {
        while (!/\r\n\r\n.*}$/s.test(text)) await once(socket, 'data');
        const [answer, rest] = [text, ''];
        text = rest;
        return answer;
      };
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.write(post(request(`first ${id}`, 'ping')));
      await answered();
      return {
        call: (params: object = { name: 'echo', arguments: {} }) =>
          socket.write(post(request(id, 'tools/call', params))),
        answered,
      };
    }),
  );
  return lanes;
}

/** Answers every call, and counts how many arrived in each turn of the event loop. */
function answering({ door }: SpecGateway) {
  const arrived: number[] = [];
  let inThisTurn = 0;
  const { execute } = door;
  Object.assign(door, {
    execute: (...call: Parameters<typeof execute>) => {
      inThisTurn += 1;
      const exchange = execute(...call);
      void door.next().then(({ result }) => result({ done: true }));
      return exchange;
    },
  });
  let isOver = false;
  const look = () => {
    if (inThisTurn > 0) arrived.push(inThisTurn);
    inThisTurn = 0;
    if (!isOver) setImmediate(look);
  };
  look();
  return {
    arrived,
    stop: () => {
      isOver = true;
      if (inThisTurn > 0) arrived.push(inThisTurn);
    },
  };
}

/** Holds the event loop until the kernel has brought what was written: all of it is there in the next turn. */
function deliver(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** All lanes call in one turn; what each was answered, and how many calls arrived in each turn. */
async function answersAtOnce(gateway: SpecGateway, lanes: Awaited<ReturnType<typeof crowd>>) {
  const { arrived, stop } = answering(gateway);
  for (const { call } of lanes) call();
  deliver();
  const answers = await Promise.all(lanes.map(({ answered }) => answered()));
  stop();
  return { arrived, answers };
}

describe('a crowd of requests that come at once', () => {
  it('is begun a few in a turn, and all of it is answered', async () => {
    const gateway = await openGateway({ endpoint: { maxRequestsPerTurn: 3 } });
    const lanes = await crowd(gateway);
    const { arrived, answers } = await answersAtOnce(gateway, lanes);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 .*"done":true/s);
    expect(sum(arrived)).toBe(CROWD);
    // The look may come before the door's in one turn and after it in the next.
    expect(Math.max(...arrived)).toBeLessThanOrEqual(2 * 3);
    expect(gateway.counts).toMatchObject({ turnsAwaited: 0, turnsRefused: 0, waiting: 0 });
  });

  it('that comes again and again is answered each time, on every connection', async () => {
    const gateway = await openGateway({ endpoint: { maxRequestsPerTurn: 2 } });
    const lanes = await crowd(gateway);
    const { arrived, stop } = answering(gateway);
    await Promise.all(
      lanes.map(async ({ call, answered }) => {
        for (let time = 0; time < TIMES; time += 1) {
          call();
          expect(await answered()).toMatch(/^HTTP\/1\.1 200 .*"done":true/s);
        }
      }),
    );
    stop();
    expect(sum(arrived)).toBe(CROWD * TIMES);
    expect(Math.max(...arrived)).toBeLessThanOrEqual(2 * 2);
  });

  it('that is too large is refused with 503 for what does not fit; nothing of that was executed', async () => {
    const gateway = await openGateway({ endpoint: { maxRequestsPerTurn: 1, maxRequestsWaiting: 4 } });
    const lanes = await crowd(gateway);
    const { arrived, answers } = await answersAtOnce(gateway, lanes);
    const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 503 '));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatch(/\r\nRetry-After: 1\r\n/);
      expect(answer).toMatch(/"code":"SWY-E703".*"executed":"no","retryable":true,"retryAfterMs":1000/);
    }
    expect(sum(arrived)).toBe(CROWD - refused.length);
    expect(gateway.counts.turnsRefused).toBeGreaterThanOrEqual(refused.length);
    expect(gateway.counts).toMatchObject({ turnsAwaited: 0, waiting: 0 });
  });

  it('with bodies that are too large together is refused for them', async () => {
    const gateway = await openGateway({ endpoint: { maxRequestsPerTurn: 1, maxWaitingBytes: 3 * LARGE } });
    const lanes = await crowd(gateway);
    const { stop } = answering(gateway);
    for (const { call } of lanes) call({ name: 'echo', arguments: { text: 'x'.repeat(LARGE) } });
    deliver();
    const answers = await Promise.all(lanes.map(({ answered }) => answered()));
    stop();
    const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 503 '));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toContain('"code":"SWY-E430"');
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200 '))).toHaveLength(
      CROWD - refused.length,
    );
  });

  it('is answered to the last one when the gateway closes meanwhile', async () => {
    const gateway = await openGateway({ endpoint: { maxRequestsPerTurn: 1 } });
    const lanes = await crowd(gateway);
    const { arrived, stop } = answering(gateway);
    for (const { call } of lanes) call();
    // A machine that is slow enough may bring them one by one.
    while (gateway.counts.turnsAwaited === 0 && sum(arrived) < CROWD)
      await new Promise((resolve) => setImmediate(resolve));
    const closed = gateway.endpoint.close(10_000);
    const answers = await Promise.all(lanes.map(({ answered }) => answered()));
    await closed;
    stop();
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (200|503) .*("done":true|SWY-E706)/s);
    expect(gateway.counts).toMatchObject({ turnsAwaited: 0, waiting: 0 });
  });
});
