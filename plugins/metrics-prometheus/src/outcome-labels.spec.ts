import { describe, expect, it } from '@jest/globals';
import {
  failed,
  payloadOf,
  SwitchyardError,
  type ErrorCode,
  type Executed,
  type Outcome,
  type Payload,
} from '@switchyard/plugin-api';
import { errorType, rejection } from './outcome-labels.ts';
import { refusal, RESULT } from './spec-views.ts';

/** The scanner that messages come through; a plugin may not import it, so the test finds it by name as others do. */
const PROTOCOL = '@switchyard/protocol';
const { withSpans } = (await import(PROTOCOL)) as { withSpans: (payload: Payload) => Payload };

const scanned = (text: string): Payload => withSpans({ bytes: Buffer.from(text) });
const result = (text: string): Outcome => ({ kind: 'result', result: scanned(text) });
const fromServer = (error: Payload): Outcome => ({ kind: 'error', from: 'upstream', executed: 'yes', error });
const own = (code: ErrorCode, executed: Executed = 'no'): Outcome =>
  failed({ id: 'c-1' }, new SwitchyardError(code), { executed, phase: 'waiting' });

describe('errorType', () => {
  it.each<[string, Outcome, string]>([
    ['a result', result('{"content":[]}'), ''],
    ['a result that the gateway made', RESULT, ''],
    ['a result that says it is no error', result('{"isError": false}'), ''],
    ['a result that says it is one', result('{"content":[],"isError" : true}'), 'tool_error'],
    ['a result with an isError inside', result('{"content":[{"isError":true}]}'), ''],
    ['a suspended call', { kind: 'suspended', result: payloadOf({}) }, ''],
    ['a cancelled call', { kind: 'cancelled', reason: 'client' }, 'cancelled'],
    ['an error of a server', fromServer(scanned('{"code": -32602 ,"message":"no"}')), '-32602'],
    ['an error that was not scanned', refusal(-32000), '-32000'],
    ['an error with a code that is no number', fromServer(scanned('{"code":"x\\n","message":""}')), '_other'],
    [
      'an error with a code of many digits',
      fromServer(scanned('{"code":12345678901234,"message":""}')),
      '_other',
    ],
    ['an error without a code', fromServer(scanned('{"message":""}')), '_other'],
    ['an error that is no JSON', fromServer({ bytes: Buffer.from('{"code":') }), '_other'],
    ['no answer in time', own('CALL_TIMEOUT', 'unknown'), 'timeout'],
    ['a lost connection', own('UPSTREAM_LOST', 'unknown'), 'transport'],
    ['a server that is not there', own('UPSTREAM_UNAVAILABLE'), 'transport'],
    ['too many calls', own('OVERLOADED'), '-33012'],
    ['an unknown tool', own('TOOL_NOT_FOUND'), '-32602'],
  ])('%s', (_what, outcome, type) => {
    expect(errorType(outcome)).toBe(type);
  });

  it('does not read an error of megabytes that a plugin made', () => {
    const error = { bytes: Buffer.from(JSON.stringify({ code: -1, message: 'x'.repeat(100_000) })) };
    expect(errorType({ kind: 'error', from: 'gateway', executed: 'no', error })).toBe('_other');
  });
});

describe('rejection', () => {
  it.each<[string, Outcome, string | undefined]>([
    ['a result', RESULT, undefined],
    ['an error of a server', refusal(-32601), undefined],
    ['a call of which something was sent', own('UPSTREAM_LOST', 'unknown'), undefined],
    ['a server that is not there', own('UPSTREAM_UNAVAILABLE'), 'not_ready'],
    ['a command that is not there', own('COMMAND_NOT_FOUND'), 'not_ready'],
    ['too many calls', own('OVERLOADED'), 'queue_full'],
    ['too many processes', own('PROCESS_LIMIT'), 'limit'],
    ['an unknown tool', own('TOOL_NOT_FOUND'), 'unknown_name'],
    ['a fault', own('BUG'), '_other'],
  ])('%s', (_what, outcome, reason) => {
    expect(rejection(outcome)).toBe(reason);
  });

  it('is counted of an error that names no row of the table', () => {
    const error = payloadOf({ code: -1, message: 'denied', data: { code: 'ACME-1' } });
    expect(rejection({ kind: 'error', from: 'gateway', executed: 'no', error })).toBe('_other');
  });
});
