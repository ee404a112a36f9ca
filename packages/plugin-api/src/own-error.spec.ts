import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from './errors.ts';
import { failed } from './failure.ts';
import { ownErrorOf } from './own-error.ts';
import { payloadOf } from './payload.ts';

describe('ownErrorOf', () => {
  it('reads what failed wrote', () => {
    const error = new SwitchyardError('OVERLOADED', { server: 'files', limit: 1 });
    const outcome = failed({ id: 'c', server: 'files' }, error, {
      executed: 'no',
      phase: 'waiting',
      retryAfterMs: 5,
      more: { status: 429 },
    });
    expect(ownErrorOf(outcome)).toEqual({
      code: 'OVERLOADED',
      number: 'SWY-E703',
      message: error.message,
      remedy: error.remedy,
      status: 429,
      retryAfterMs: 5,
    });
  });

  it('sees nothing in what a server answered, in other ends, and in what cannot be read', () => {
    const error = payloadOf({ code: -33012, message: 'x', data: { code: 'SWY-E703' } });
    const damaged = { bytes: Buffer.from('{') };
    expect(ownErrorOf({ kind: 'error', from: 'upstream', executed: 'yes', error })).toBeUndefined();
    expect(ownErrorOf({ kind: 'result', result: error })).toBeUndefined();
    expect(ownErrorOf({ kind: 'cancelled', reason: '' })).toBeUndefined();
    expect(ownErrorOf({ kind: 'error', from: 'gateway', executed: 'no', error: damaged })).toBeUndefined();
  });
});
