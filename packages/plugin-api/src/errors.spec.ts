import { describe, expect, it } from '@jest/globals';
import { ERRORS, type ErrorCode, type ErrorSpec } from './error-table.ts';
import { SwitchyardError } from './errors.ts';

const rows = Object.entries(ERRORS) as [ErrorCode, ErrorSpec][];

describe('SwitchyardError', () => {
  it('says what, why and what to do, filled from its details', () => {
    const cause = new Error('EADDRINUSE');
    const error = new SwitchyardError(
      'PORT_IN_USE',
      { host: '127.0.0.1', port: 4620, by: ' by pid 7 (x)', free: 4621 },
      { where: 'a:5', why: 'b', cause },
    );
    expect(error.message).toBe('cannot listen on 127.0.0.1:4620: the port is taken by pid 7 (x)');
    expect(error.remedy).toContain('--port 4621');
    expect(error).toMatchObject({ code: 'PORT_IN_USE', number: 'SWY-E101', where: 'a:5', why: 'b', cause });
    expect(error.spec).toBe(ERRORS.PORT_IN_USE);
  });

  it('shows a detail that is missing, and takes a better remedy', () => {
    const error = new SwitchyardError('BUG', {}, { remedy: 'call {who}' });
    expect(error.message).toContain('{what}');
    expect(error.remedy).toBe('call {who}');
  });

  it('is known from another copy of this package, and by its code', () => {
    const foreign = { name: 'SwitchyardError', code: 'BUG', message: 'm' };
    expect(SwitchyardError.is(foreign)).toBe(true);
    expect(SwitchyardError.is(foreign, 'BUG')).toBe(true);
    expect(SwitchyardError.is(foreign, 'USAGE')).toBe(false);
    expect(SwitchyardError.from(foreign)).toBe(foreign);
  });

  it.each([null, undefined, 'text', new Error('x'), { code: 'BUG' }, { name: 'Error', code: 'BUG' }])(
    'is not %p',
    (other) => {
      expect(SwitchyardError.is(other)).toBe(false);
      const error = SwitchyardError.from(other);
      expect([error.code, error.cause]).toEqual(['BUG', other]);
    },
  );
});

describe('the error table', () => {
  it('has one number for each code, in nine groups', () => {
    const numbers = rows.map(([, { number }]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => number < 100 || number > 999)).toEqual([]);
  });

  it.each(rows)('%s: JSON-RPC code, message and remedy are in form', (_, { rpc, message, remedy }) => {
    // -32768 to -32000 is kept by JSON-RPC and MCP: only their own codes may be used of it.
    const ours = rpc < -32768 || rpc > -32000;
    expect(ours || [-32700, -32600, -32601, -32602, -32603, -32002].includes(rpc)).toBe(true);
    for (const text of [message, remedy]) expect(text).toMatch(/\S$/);
    expect(message).not.toMatch(/\.$/);
  });
});
