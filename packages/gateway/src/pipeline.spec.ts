import { describe, expect, it } from '@jest/globals';
import {
  parsePayload,
  type Call,
  type Execute,
  type Interceptor,
  type Observer,
  type Router,
} from '@switchyard/plugin-api';
import { Ledger } from './ledger.ts';
import { Observation } from './observation.ts';
import { buildPipeline, type PipelineParts } from './pipeline.ts';
import { redactNothing } from './redaction/redactor.ts';
import { silentLog } from './silent-log.ts';
import { callFor, recorder, RESULT } from './spec-calls.ts';
import { systemClock } from './system-clock.ts';

const answering: Execute = (_call, sink) => {
  sink({ kind: 'outcome', outcome: RESULT });
  return { cancel: () => {}, reply: () => 'unknown' };
};
const toFiles: Router = {
  name: 'spec',
  route: ({ name }) => ({ kind: 'server', server: 'files', name: `own-${name}` }),
};

function pipelineOf(parts: Partial<PipelineParts> & { observers?: readonly Observer[] } = {}) {
  const ledger = new Ledger();
  const observation = new Observation(parts.observers ?? [], systemClock(), silentLog);
  const execute = buildPipeline({
    ledger,
    observation,
    interceptors: [],
    router: toFiles,
    gate: answering,
    redact: redactNothing,
    log: silentLog,
    ...parts,
  });
  return { ledger, execute };
}

describe('the pipeline', () => {
  it('runs a call through its layers in the order of the file', () => {
    const order: string[] = [];
    const interceptor = (name: string, place: Interceptor['place']): Interceptor => ({
      name,
      place,
      wrap: (next) => (call, sink) => {
        order.push(`${name} ${call.server ?? 'unrouted'} ${call.name}`);
        return next(call, sink);
      },
    });
    const { execute } = pipelineOf({
      interceptors: [
        interceptor('attempt', 'attempt'),
        interceptor('first', 'call'),
        interceptor('second', 'call'),
      ],
      observers: [
        {
          name: 'o',
          callStarted: () => order.push('started'),
          attemptEnded: ({ server, name }) => order.push(`attempted ${server} ${name}`),
          callEnded: ({ name }) => order.push(`ended ${name}`),
        },
      ],
    });
    const { sink, outcomes } = recorder();
    execute(callFor('read'), sink);
    expect(order).toEqual([
      'started',
      'first unrouted read',
      'second unrouted read',
      'attempt files own-read',
      'attempted files own-read',
      'ended read',
    ]);
    expect(outcomes).toEqual([RESULT]);
  });

  it('answers what the router answers, and asks no server', () => {
    const { execute, ledger } = pipelineOf({
      router: { name: 'spec', route: () => ({ kind: 'answer', outcome: RESULT }) },
      gate: () => {
        throw new Error('the gate was asked');
      },
    });
    const { sink, outcomes } = recorder();
    execute(callFor('list'), sink);
    expect(outcomes).toEqual([RESULT]);
    expect(ledger.balance).toMatchObject({ answered: 1, inFlight: 0 });
  });

  it('waits for a route that is not known yet', async () => {
    const { execute } = pipelineOf({ router: { name: 'spec', route: async (call) => toFiles.route(call) } });
    const { sink, outcomes } = recorder();
    execute(callFor('read'), sink);
    expect(outcomes).toEqual([]);
    await new Promise(setImmediate);
    expect(outcomes).toEqual([RESULT]);
  });

  it('lets a call be cancelled while its route is not known, once', async () => {
    const { execute, ledger } = pipelineOf({
      router: { name: 'spec', route: async (call) => toFiles.route(call) },
    });
    const { sink, outcomes } = recorder();
    const exchange = execute(callFor('read'), sink);
    exchange.cancel('enough');
    exchange.cancel('twice');
    await new Promise(setImmediate);
    expect(outcomes).toEqual([{ kind: 'cancelled', reason: 'enough' }]);
    expect(ledger.balance).toEqual({ accepted: 1, answered: 0, cancelled: 1, inFlight: 0 });
  });

  it.each<[string, Partial<PipelineParts>]>([
    ['a router that throws', { router: { name: 'bad', route: () => fail('no route') } }],
    [
      'a router whose promise fails',
      { router: { name: 'bad', route: () => Promise.reject(new Error('no route')) } },
    ],
    [
      'an interceptor that throws behind a route that was not known at once',
      {
        router: { name: 'slow', route: async (call: Call) => toFiles.route(call) },
        interceptors: [{ name: 'bad', place: 'attempt', wrap: () => () => fail('no way') }],
      },
    ],
    [
      'an interceptor that is asynchronous and fails',
      {
        interceptors: [
          { name: 'bad', place: 'call', wrap: () => (async () => fail('no way')) as unknown as Execute },
        ],
      },
    ],
    [
      'an interceptor that throws',
      { interceptors: [{ name: 'bad', place: 'attempt', wrap: () => () => fail('no way') }] },
    ],
  ])('answers and counts a call in spite of %s', async (_what, parts) => {
    const { execute, ledger } = pipelineOf(parts);
    const { sink, outcomes } = recorder();
    execute(callFor('read'), sink);
    await new Promise(setImmediate);
    expect(outcomes).toHaveLength(1);
    const [outcome] = outcomes;
    expect(outcome).toMatchObject({ kind: 'error', from: 'gateway' });
    expect(outcome?.kind === 'error' && parsePayload(outcome.error)).toMatchObject({
      code: -32603,
      data: { code: 'SWY-E901' },
    });
    expect(ledger.balance).toEqual({ accepted: 1, answered: 1, cancelled: 0, inFlight: 0 });
  });

  it('tells observers of the end of a call that a layer threw at', () => {
    const told: string[] = [];
    const { execute } = pipelineOf({
      interceptors: [{ name: 'bad', place: 'attempt', wrap: () => () => fail('no way') }],
      observers: [
        {
          name: 'o',
          callStarted: () => told.push('started'),
          callEnded: ({ name }) => told.push(`ended ${name}`),
        },
      ],
    });
    execute(callFor('read'), () => {});
    expect(told).toEqual(['started', 'ended read']);
  });

  it('leaves an observer out that keeps throwing, and tells the others', () => {
    let told = 0;
    let thrown = 0;
    const { execute } = pipelineOf({
      observers: [
        {
          name: 'bad',
          callStarted: () => {
            thrown += 1;
            throw new Error('no');
          },
        },
        { name: 'good', callStarted: () => (told += 1) },
      ],
    });
    for (let i = 0; i < 50; i += 1) execute(callFor('read'), () => {});
    expect({ told, thrown }).toEqual({ told: 50, thrown: 10 });
  });
});

function fail(message: string): never {
  throw new Error(message);
}
