import { describe, expect, it } from '@jest/globals';
import { judge, type Signs } from './loss.ts';
import { realClock } from './spec-clock.ts';
import { started } from './spec-server.ts';

const alive: Signs = { exit: undefined, stdin: 'open', stdout: 'open', stderr: 'open' };
const exit = { code: 7, signal: null };

describe('the signs of an end', () => {
  it.each<[string, Partial<Signs>, 'left' | 'over', unknown]>([
    ['none', {}, 'left', { kind: 'alive' }],
    ['stderr alone', { stderr: 'ended' }, 'over', { kind: 'alive' }],
    ['stdout, at first', { stdout: 'ended' }, 'left', { kind: 'ending' }],
    ['stdout, for good', { stdout: 'ended' }, 'over', { kind: 'lost', loss: { cause: 'closed its stdout' } }],
    ['stdin, for good', { stdin: 'broken' }, 'over', { kind: 'lost', loss: { cause: 'closed its stdin' } }],
    ['an exit whose pipes are held', { exit, stdout: 'ended' }, 'left', { kind: 'ending' }],
    [
      'an exit whose pipes are held on',
      { exit },
      'over',
      { kind: 'lost', loss: { cause: 'exited with code 7', exitCode: 7 } },
    ],
    [
      'a whole exit',
      { exit: { code: null, signal: 'SIGKILL' }, stdout: 'ended', stderr: 'ended' },
      'left',
      { kind: 'lost', loss: { cause: 'was killed by SIGKILL', signal: 'SIGKILL' } },
    ],
  ])('%s', (_name, signs, grace, verdict) => {
    expect(judge({ ...alive, ...signs }, grace)).toEqual(verdict);
  });
});

describe('a server is lost', () => {
  it('when it exits, with its last words, escaped', async () => {
    const { wire } = await started('exit');
    expect(await wire.closed).toEqual({
      cause: 'exited with code 7',
      exitCode: 7,
      stderr: 'starting\n\\u001b[31mno database\\u001b[0m',
    });
    await wire.close();
  });

  it('when it exits though another process holds its pipes, with all it said before', async () => {
    const { wire, send, received } = await started('leave');
    await received(1);
    expect(await send('{}')).toBe('sent');
    expect(await wire.closed).toEqual({ cause: 'exited with code 7', exitCode: 7 });
    expect(await received(2)).toEqual(['{"left":true}', '{"last":true}']);
  });

  it('when it is killed', async () => {
    const { wire, send, received } = await started('echo');
    await send('{}');
    await received(1);
    process.kill(wire.info.pid!, 'SIGKILL');
    expect(await wire.closed).toEqual({ cause: 'was killed by SIGKILL', signal: 'SIGKILL' });
  });

  it('when it closes its stdout and lives on', async () => {
    const { wire, send, received } = await started('close-stdout');
    await received(1);
    await send('{}');
    expect(await wire.closed).toEqual({ cause: 'closed its stdout' });
    expect(await send('{}')).toBe('unsent');
  });

  it('when it writes a line without end: what it has of it is handed up, nothing behind it', async () => {
    const length = 25 * 1024 * 1024;
    const { wire, received } = await started('oversize', {
      target: { args: ['oversize.mjs', String(length)] },
    });
    const { cause } = await wire.closed;
    expect(cause).toMatch(/^wrote 2\d{7} bytes without the end of a line$/);
    const [first] = await received(1);
    const { oversize } = first as { oversize: { head: Buffer; length: number } };
    expect(oversize.head.toString().slice(0, 8)).toBe('{"id":1,');
    expect(oversize.length).toBeLessThan(length);
    expect(await received(1)).toHaveLength(1);
  });

  it('when it closes its stdin and lives on: what it did not take is unsent', async () => {
    const { wire, send, received } = await started('close-stdin', { context: { clock: realClock(10) } });
    await received(1);
    expect(await Promise.all([send('{"id":1}'), send('{"id":2}')])).toEqual(['unsent', 'unsent']);
    expect(await wire.closed).toEqual({ cause: 'closed its stdin' });
  });
});
