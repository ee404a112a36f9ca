import { describe, expect, it } from '@jest/globals';
import { isEventStream, planAnswer } from './answer-plan.ts';
import type { AnswerHeaders } from './socket-pool.ts';

const plan = (status: number, headers: AnswerHeaders = {}) => planAnswer('request', status, headers, 0);
const json = { 'content-type': 'application/json; charset=utf-8' };

describe('an answer to a request', () => {
  it('is one message or a stream of them', () => {
    expect(plan(200, json)).toEqual({ kind: 'json' });
    expect(plan(201, { 'content-type': 'Application/JSON' })).toEqual({ kind: 'json' });
    expect(plan(200, { 'content-type': ' text/event-stream;x=y' })).toEqual({ kind: 'events' });
  });

  it.each([
    [200, {}, 'the answer has no Content-Type'],
    [200, { 'content-type': 'text/html' }, 'the answer is text/html, neither JSON nor an event stream'],
    [204, {}, 'the server answered a request with status 204 and no message'],
    [
      200,
      { ...json, 'content-encoding': 'gzip' },
      'the server compressed its answer, which it was not asked to',
    ],
    [
      307,
      { location: 'https://b.example/secret?t=1' },
      'the server redirects to https://b.example, which is not followed: correct "url"',
    ],
    [
      301,
      { location: '/secret' },
      'the server redirects to another path of its own, which is not followed: correct "url"',
    ],
    [302, {}, 'the server redirects, which is not followed'],
  ])('with status %d and %j says what is wrong', (status, headers, cause) => {
    expect(plan(status, headers)).toEqual({ kind: 'discarded', refusal: { status, cause } });
  });

  it('may be to come by the stream of the session', () => {
    const cause = 'the server answered a request with status 202 and no message';
    expect(plan(202)).toEqual({ kind: 'accepted', refusal: { status: 202, cause } });
    expect(plan(202, json)).toEqual({ kind: 'json' });
  });

  it('that refuses may say more in its body', () => {
    const refusal = { status: 401, challenge: 'Bearer x="y", Basic', retryAfterMs: 2000 };
    const headers = { 'www-authenticate': ['Bearer x="y"', 'Basic'], 'retry-after': '2' };
    expect(plan(401, { ...headers, ...json })).toEqual({ kind: 'json', then: refusal });
    expect(plan(401, headers)).toEqual({ kind: 'discarded', refusal });
  });
});

it('an answer to anything else says nothing but whether it was taken', () => {
  expect(planAnswer('notification', 202, {}, 0)).toEqual({ kind: 'discarded' });
  expect(planAnswer('response', 200, json, 0)).toEqual({ kind: 'discarded' });
  expect(planAnswer('response', 400, json, 0)).toEqual({ kind: 'discarded', refusal: { status: 400 } });
});

it('a stream is one only with status 200 and its type', () => {
  const type = { 'content-type': 'text/event-stream' };
  expect(isEventStream(200, type)).toBe(true);
  expect([isEventStream(206, type), isEventStream(200, json), isEventStream(200, {})]).toEqual([
    false,
    false,
    false,
  ]);
});
