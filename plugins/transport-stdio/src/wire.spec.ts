import { describe, expect, it } from '@jest/globals';
import { serverOf, started } from './spec-server.ts';

const hex = (text: string) => Buffer.from(text).toString('hex');

describe('messages', () => {
  it('go out as one line each, segments joined, and come back in order', async () => {
    const { wire, send, received } = await started('echo');
    const segments = ['{"id":', '1', '}'].map((part) => Buffer.from(part));
    const sent = [wire.send({ kind: 'request', segments }), send('{"id":2}'), send('{"id":3}')];
    expect(await Promise.all(sent)).toEqual(['sent', 'sent', 'sent']);
    expect(await received(3)).toEqual(['{"id":1}', '{"id":2}', '{"id":3}']);
  });

  it('of several megabytes arrive whole', async () => {
    const { send, received } = await started('echo');
    const large = `{"a":"${'é'.repeat(1_500_000)}"}`;
    expect(await Promise.all([send(large), send('{}')])).toEqual(['sent', 'sent']);
    const [first, second] = await received(2);
    expect(Buffer.from(String(first), 'latin1').equals(Buffer.from(large))).toBe(true);
    expect(second).toBe('{}');
  });

  it('are the same bytes however they are cut, and whatever ends their lines', async () => {
    const text = '{"a":"é€😀\u2028\\u0000"}';
    const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
    const args = ['print.mjs', ...bytes, hex('\r\n\r\n\n{"b":1}\n')];
    const { received } = await started('print', { target: { args } });
    expect(await received(2)).toEqual([Buffer.from(text).toString('latin1'), '{"b":1}']);
  });

  it('with invalid UTF-8 are handed up as they are', async () => {
    const { received } = await started('print', { target: { args: ['print.mjs', '7b22ff22c3280a'] } });
    expect(await received(1)).toEqual(['{"\xff"\xc3(']);
  });

  it('over the limit are reported by their ends, and those behind them pass', async () => {
    const length = 11 * 1024 * 1024;
    const { received } = await started('oversize', { target: { args: ['oversize.mjs', String(length)] } });
    const [first, ...rest] = await received(3);
    expect(rest).toEqual(['{"id":2}', '{"id":3}']);
    const { oversize } = first as { oversize: { head: Buffer; tail: Buffer; length: number } };
    expect(oversize.length).toBe(length);
    expect(oversize.head.toString().slice(0, 8)).toBe('{"id":1,');
    expect(oversize.tail.toString().slice(-2)).toBe('9}');
  });

  it('are unsent before it is open and after it is closed', async () => {
    const server = serverOf('echo');
    expect(await server.send('{}')).toBe('unsent');
    await server.open();
    await server.wire.close();
    expect(await server.send('{}')).toBe('unsent');
  });
});

describe('a server', () => {
  it('gets its arguments as they are, its folder, and only the environment that is meant for it', async () => {
    const others = { SPEC_SECRET: 'of another server', SWITCHYARD_ADMIN_TOKEN: 'ours', LC_SPEC: 'C' };
    Object.assign(process.env, others);
    const literal = ['$(touch x)', '; touch y', '&', '`touch z`', '%PATH%', '*', 'a b', '"', "'", '\n', ''];
    const { received, runId } = await started('dump', {
      target: { args: ['dump.mjs', ...literal], env: { PORT: 80, DEBUG: true, HOME: null, TOKEN: 't' } },
    });
    for (const name of Object.keys(others)) delete process.env[name];
    const { argv, env, cwd } = JSON.parse(String((await received(1))[0]));
    expect(argv).toEqual(literal);
    expect(cwd).toBe(new URL('fixtures', import.meta.url).pathname);
    expect(env).toMatchObject({
      PATH: process.env['PATH'],
      LC_SPEC: 'C',
      PORT: '80',
      DEBUG: 'true',
      TOKEN: 't',
      SWITCHYARD_RUN_ID: runId,
      SWITCHYARD_SERVER: 'sample',
    });
    const meant = /^(PATH|USER|LOGNAME|SHELL|TERM|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP)$/;
    const marker = /^SWITCHYARD_(RUN_ID|SERVER|PROCESS|GATEWAY)$/;
    const declared = Object.keys(env).filter((name) => !meant.test(name) && !marker.test(name));
    expect(declared).toEqual(['PORT', 'DEBUG', 'TOKEN']);
  });

  it('is shown by its pid and its command, without its arguments', async () => {
    const { wire, received, send } = await started('echo', { target: { args: ['echo.mjs', '--token=abc'] } });
    await send('{}');
    await received(1);
    expect(wire.info).toEqual({ pid: expect.any(Number), target: process.execPath });
  });

  it('that fills its stderr starts all the same; the log is bounded', async () => {
    const { wire, send, received, logged } = await started('flood');
    await send('{}');
    expect(await received(1)).toEqual(['{}']);
    await wire.close();
    expect(wire.counters.stderrBytes).toBeGreaterThan(2 * 1024 * 1024);
    expect(wire.counters.stderrBytesShed).toBe(wire.counters.stderrBytes - 64 * 1024);
    expect(wire.counters.stderrBytesNotLogged).toBeGreaterThan(1024 * 1024);
    expect(logged.length).toBeLessThan(5_000);
  });

  it('that ends before it said anything is lost with what is doubtful in its entry, and its last words', async () => {
    const doubt = 'write "args": ["run", "-i", …]';
    const script = (text: string) => ({
      target: { command: '/bin/sh', args: ['-c', text] },
      context: { doubt },
    });
    const silent = await started('echo', script('echo no stdin >&2; exit 3'));
    expect(await silent.wire.closed).toEqual({
      cause: 'exited with code 3',
      exitCode: 3,
      stderr: 'no stdin',
      doubt,
    });
    const speaking = await started('echo', script('echo "{}"; echo bye >&2; exit 3'));
    expect(await speaking.wire.closed).toEqual({ cause: 'exited with code 3', exitCode: 3, stderr: 'bye' });
  });

  it('tells its last words while it lives, for a start that takes too long', async () => {
    const { wire, received, send } = await started('echo', {
      target: { command: '/bin/sh', args: ['-c', 'echo installing >&2; exec cat'] },
      context: { doubt: 'put "-y" first' },
    });
    expect(wire.lastWords.doubt).toBe('put "-y" first');
    await send('{}');
    await received(1);
    // Two pipes: what was written first need not come first.
    while (wire.lastWords.stderr === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(wire.lastWords).toEqual({ stderr: 'installing' });
  });
});
