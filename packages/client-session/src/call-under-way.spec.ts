import { describe, expect, it } from '@jest/globals';
import { type ExchangeEvent, payloadOf } from '@switchyard/plugin-api';
import { ScriptedDoor } from './scripted-door.ts';
import { openSession } from './spec-session.ts';

const tool = (id: string | number, params: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name: 'echo', ...params },
});
const progress = (n: number) =>
  ({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: n }) }) as const;
const ask = (id: string): ExchangeEvent => ({
  kind: 'ask',
  ask: { id, method: 'elicitation/create', params: payloadOf({ message: 'sure?' }) },
});
const answer = (id: unknown, result: object = { action: 'accept' }) => ({ id, result });

describe('a call', () => {
  it('says who asks, for what, and what the client can', async () => {
    const { say, door } = openSession();
    say(tool(1, { _meta: { progressToken: 0 } }));
    expect((await door.next()).call).toMatchObject({
      id: 'call-1',
      method: 'tools/call',
      name: 'echo',
      principal: 'alice',
      audience: 'spec-1',
      client: { capabilities: { elicitation: {} } },
      wantsProgress: true,
      canSuspend: false,
      canBeAsked: true,
    });
    const other = openSession({});
    other.say(tool(1));
    expect((await other.door.next()).call).toMatchObject({ wantsProgress: false, canBeAsked: false });
  });

  it('is answered under the id of its request, and frees the id', async () => {
    const { say, door, session } = openSession();
    for (const id of [0, '0', '', 1]) {
      const reply = say(tool(id));
      (await door.next()).result({ id });
      expect(reply.answers).toEqual([{ message: { jsonrpc: '2.0', id, result: { id } }, status: 200 }]);
    }
    expect(session.inFlight.size).toBe(0);
  });

  it('that is abandoned is answered with an error, given up, and answered no second time', async () => {
    const { say, door, session } = openSession();
    const reply = say(tool(1));
    const { cancelled, emit, result } = await door.next();
    emit(ask('q'));
    session.abandon('the gateway is stopping');
    expect(await cancelled).toBe('the gateway is stopping');
    result({ late: true });
    session.abandon('again');
    const data = { code: 'SWY-E130', executed: 'unknown', retryable: false };
    expect(reply.answers).toMatchObject([{ message: { id: 1, error: { data } }, status: 200 }]);
    expect([session.inFlight.size, session.asks.size]).toEqual([0, 0]);
  });

  it('under an id that is in flight is refused; the first one goes on', async () => {
    const { say, door } = openSession();
    const first = say(tool(1));
    const second = say(tool(1));
    const third = say(tool('1'));
    expect(second.answers).toMatchObject([{ message: { id: 1, error: { code: -32600 } }, status: 400 }]);
    (await door.next()).result({ first: true });
    (await door.next()).result({ third: true });
    expect(first.answers).toMatchObject([{ message: { result: { first: true } } }]);
    expect(third.answers).toMatchObject([{ message: { id: '1', result: { third: true } } }]);
  });

  it('too many is not made', async () => {
    const { say, door, counts } = openSession({}, { maxInFlight: 2 });
    say(tool(1));
    say(tool(2));
    expect(say(tool(3)).answers).toMatchObject([
      { message: { id: 3, error: { code: -33012, data: { executed: 'no' } } }, status: 200 },
    ]);
    expect(counts.callsRefused).toBe(1);
    (await door.next()).result({});
    say(tool(3));
    expect(counts.callsRefused).toBe(1);
  });

  it('has progress with the client’s own token, of which the newest says all, and none that was not asked for', async () => {
    const { say, door } = openSession();
    const wanting = say(tool(1, { _meta: { progressToken: 'theirs' } }));
    const other = say(tool(2));
    for (const { emit } of [await door.next(), await door.next()]) {
      emit(progress(1));
      emit(progress(2));
    }
    expect(wanting.said).toMatchObject([
      { params: { progressToken: 'theirs', progress: 1 } },
      { params: { progressToken: 'theirs', progress: 2 } },
    ]);
    expect(wanting.topics[0]!.key).toBe(wanting.topics[1]!.key);
    expect(other.said).toEqual([]);
  });

  it('is given up by its id, and by its id alone', async () => {
    const { say, door } = openSession();
    const reply = say(tool(0));
    const { cancelled } = await door.next();
    const cancel = (requestId: unknown) => say({ method: 'notifications/cancelled', params: { requestId } });
    cancel('0');
    cancel(1);
    expect(reply.answers).toEqual([]);
    cancel(0);
    expect(await cancelled).toEqual(expect.any(String));
    expect(reply.answers).toEqual([{ message: undefined, status: 200 }]);
  });

  it('may be over before there is anything to hold', () => {
    const door = new ScriptedDoor();
    door.atOnce = [{ kind: 'outcome', outcome: { kind: 'result', result: payloadOf({ quick: true }) } }];
    const { say, session } = openSession({}, {}, door);
    expect(say(tool(1)).answers).toMatchObject([{ message: { result: { quick: true } } }]);
    expect(session.inFlight.size).toBe(0);
  });
});

describe('a question', () => {
  it('goes where its call is answered, and its answer to the server, once', async () => {
    const { say, door, session } = openSession();
    const replies = [say(tool(1)), say(tool(2))];
    const [first, second] = [await door.next(), await door.next()];
    first.emit(ask('q1'));
    second.emit(ask('q2'));
    expect(replies.map(({ said }) => said)).toMatchObject([
      [{ id: 'q1', method: 'elicitation/create', params: { message: 'sure?' } }],
      [{ id: 'q2' }],
    ]);
    say(answer('q2'));
    say(answer('q2'));
    say(answer('q3'));
    say(answer(1));
    expect([first.replies, second.replies.map(([id]) => id)]).toEqual([[], ['q2']]);
    say({ id: 'q1', error: { code: -1, message: 'no' } });
    expect(first.replies).toMatchObject([['q1', { error: {} }]]);
    expect(session.asks.size).toBe(0);
  });

  it('of another session is not this one’s to answer', async () => {
    const one = openSession();
    const other = openSession({ elicitation: {} }, {}, one.door);
    one.say(tool(1));
    const { emit, replies } = await one.door.next();
    emit(ask('q1'));
    other.say(answer('q1'));
    expect(replies).toEqual([]);
  });

  it('that is withdrawn, or outlives its call, is cancelled, and answers to it go nowhere', async () => {
    const { say, door, session } = openSession();
    const reply = say(tool(1));
    const other = say(tool(2));
    const [first, second] = [await door.next(), await door.next()];
    second.emit(ask('theirs'));
    first.emit(ask('q1'));
    first.emit({ kind: 'withdrawn', askId: 'theirs' });
    first.emit({ kind: 'withdrawn', askId: 'q1' });
    first.emit({ kind: 'withdrawn', askId: 'q1' });
    first.emit(ask('q2'));
    first.result({});
    expect(reply.said).toMatchObject([
      { id: 'q1' },
      { method: 'notifications/cancelled', params: { requestId: 'q1' } },
      { id: 'q2' },
      { method: 'notifications/cancelled', params: { requestId: 'q2' } },
    ]);
    say(answer('q1'));
    say(answer('q2'));
    expect(first.replies).toEqual([]);
    expect([other.said.length, [...session.asks.keys()]]).toEqual([1, ['theirs']]);
  });

  it('to a client that hung up is answered with an error at once, even while the call is being made', async () => {
    const { say, door, counts } = openSession();
    const reply = say(tool(1));
    const { emit, replies } = await door.next();
    reply.open = false;
    emit(ask('q1'));
    expect(replies).toMatchObject([['q1', { error: {} }]]);
    door.atOnce = [ask('q2')];
    const gone = say(tool(2), reply);
    expect((await door.next()).replies).toMatchObject([['q2', { error: {} }]]);
    expect([gone.said, counts.asksUnheard]).toEqual([[], 2]);
  });

  it('whose reader will not come back is answered with an error then, and no other is', async () => {
    const { say, door, counts, session } = openSession();
    const lost = say(tool(1));
    say(tool(2));
    const [first, second] = [await door.next(), await door.next()];
    first.emit(ask('q1'));
    second.emit(ask('q2'));
    session.lost(lost);
    say(answer('q1'));
    expect(first.replies).toMatchObject([['q1', { error: {} }]]);
    expect(first.replies).toHaveLength(1);
    expect(second.replies).toEqual([]);
    expect([counts.asksUnheard, [...session.asks.keys()]]).toEqual([1, ['q2']]);
  });

  it('too many is answered with an error', async () => {
    const { say, door, counts } = openSession({ elicitation: {} }, { maxAsks: 2 });
    const reply = say(tool(1));
    const { emit, replies } = await door.next();
    for (const id of ['q1', 'q2', 'q3']) emit(ask(id));
    expect(replies).toMatchObject([['q3', { error: {} }]]);
    expect([reply.said.length, counts.asksRefused]).toEqual([2, 1]);
    say(answer('q1'));
    emit(ask('q4'));
    expect([reply.said.length, counts.asksRefused]).toEqual([3, 1]);
  });
});
