import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Action, Script, Step } from './script.ts';
import { ask, echo, echoed, folder, play, read } from './spec-program.ts';
import { survivorsOf } from './survivors.ts';

const grandchildren: string[] = [];
afterEach(() => {
  for (const survivor of grandchildren.splice(0).flatMap(survivorsOf))
    process.kill(Number(survivor.split(' ')[0]), 'SIGKILL');
});

/** A script of one run with one deviation, at the second call. */
function atSecondCall(...actions: Action[]): Script {
  return { runs: [[{ at: { method: 'tools/call', nth: 2 }, do: actions }]] };
}

const TWO = echo(1, 'a') + echo(2, 'b');

describe('a server without deviations', () => {
  const calm: Script = { runs: [] };

  it('shakes hands, lists its tools and answers pings, with whatever id', async () => {
    const server = play(calm);
    server.write(ask(1, 'initialize') + ask('two', 'tools/list') + ask(3, 'ping') + ask(4, 'no/such'));
    const lines = (await server.said('"id":4')).trim().split('\n');
    const [hello, list, pong, none] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(hello).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
    expect(list).toMatchObject({ id: 'two', result: { tools: [{ name: 'echo' }, { name: 'slow' }] } });
    expect(pong).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
    expect(none).toMatchObject({ id: 4, error: { code: -32601 } });
  });

  it('answers a call with its nonce, then its text, and writes down that it executed it', async () => {
    const executionLog = path.join(folder, 'calm.log');
    const server = play({ ...calm, executionLog });
    server.write(TWO + echo(3, 'c', { text: 'é' }));
    expect(await server.said('"id":3')).toContain(echoed(1, 'a') + echoed(2, 'b'));
    expect(read(executionLog)).toBe(['a', 'b', 'c'].map((nonce) => `${nonce}\t${server.pid}\t1\n`).join(''));
  });

  it('executes nothing that is no call of its tools', async () => {
    const executionLog = path.join(folder, 'none.log');
    const server = play({ ...calm, executionLog });
    server.write(`no JSON\n[1]\nnull\n${echo(1, 'a').replace('"echo"', '"other"')}`);
    expect(await server.said('\n')).toContain('-32602');
    expect(read(executionLog)).toBe('');
  });

  it('answers a slow call when tools were called so many more times', async () => {
    const server = play(calm);
    server.write(echo('slow', 's', { after: 2 }).replace('"echo"', '"slow"') + TWO);
    expect(await server.said('"id":2')).toBe(echoed(1, 'a') + echoed('slow', 's') + echoed(2, 'b'));
  });

  it('ends with its stdin', async () => {
    const server = play(calm);
    server.end();
    expect(await server.ended).toBe(0);
  });

  it('reads its script from a file too', async () => {
    const file = path.join(folder, 'script.json');
    writeFileSync(file, JSON.stringify(atSecondCall({ exit: 9 })));
    const server = play(file);
    server.write(TWO);
    expect(await server.ended).toBe(9);
  });
});

describe('when something is due', () => {
  it('counts its starts, and takes the steps of each; the last ones for ever', async () => {
    const exitAt = (nth: number): Step[] => [{ at: { method: 'ping', nth }, do: [{ exit: nth }] }];
    const script = { runs: [exitAt(1), exitAt(2)], runCount: path.join(folder, 'runs') };
    const codes: unknown[] = [];
    for (let run = 0; run < 3; run += 1) {
      const server = play(script);
      server.write(ask(1, 'ping') + ask(2, 'ping'));
      codes.push(await server.ended);
    }
    expect(codes).toEqual([1, 2, 2]);
  });

  it('ends before a call is executed, or after it', async () => {
    for (const [when, executed] of [
      ['before', 'a\n'],
      ['after', 'a\nb\n'],
    ] as const) {
      const executionLog = path.join(folder, `${when}.log`);
      const runs = [[{ at: { method: 'tools/call', nth: 2 }, when, do: [{ exit: 7 }] }]];
      const server = play({ executionLog, runs });
      server.write(TWO);
      expect(await server.ended).toBe(7);
      expect(await server.silent).toBe(echoed(1, 'a'));
      expect(read(executionLog).replaceAll(/\t.*/g, '')).toBe(executed);
    }
  });

  it('does the same at each message of a row', async () => {
    const server = play({
      runs: [[{ at: { method: 'ping', nth: 2, to: 3 }, do: [{ answer: 'none' }] }]],
    });
    server.write([1, 2, 3, 4].map((id) => ask(id, 'ping')).join(''));
    expect((await server.said('"id":4')).match(/"id":\d/g)).toEqual(['"id":1', '"id":4']);
  });
});

describe('what happens to an answer', () => {
  const cases: [string, Action[], string][] = [
    ['is repeated', [{ answer: 'repeated', times: 3 }], echoed(2, 'b').repeat(3)],
    ['has another id', [{ answer: 'id', id: '"$id"' }], echoed(2, 'b').replace('2,', '"2",')],
    ['is other bytes', [{ answer: 'raw', text: '\xff$id\r\n' }], '\xff2\r\n'],
    [
      'is the real one between other bytes',
      [{ answer: 'raw', text: '\xef\xbb\xbf$answer\r\n' }],
      `\xef\xbb\xbf${echoed(2, 'b').trim()}\r\n`,
    ],
    [
      'is large, without an end',
      [{ answer: 'large', bytes: 10, newline: false }],
      echoed(2, 'b').replace(/\}\}\n/, `,"padding":"${'x'.repeat(10)}"}}`),
    ],
    ['comes byte by byte', [{ split: 'bytes' }], echoed(2, 'b')],
    [
      'comes after lines that answer nothing',
      [{ noise: 'line $i', lines: 2 }],
      `line 1\nline 2\n${echoed(2, 'b')}`,
    ],
    ['comes before them', [{ answer: 'now' }, { noise: 'x', lines: 1 }], `${echoed(2, 'b')}x\n`],
    ['comes before the end', [{ answer: 'now' }, { exit: 0 }], echoed(2, 'b')],
    ['never comes', [{ answer: 'none' }], ''],
    ['does not come when it ends', [{ exit: 0 }], ''],
  ];
  it.each(cases)('%s', async (_what, actions, expected) => {
    const server = play(atSecondCall(...actions));
    server.write(TWO);
    server.end();
    expect(await server.silent).toBe(echoed(1, 'a') + expected);
  });

  it('comes late', async () => {
    const server = play(atSecondCall({ answer: 'late', after: 2 }));
    server.write(TWO + ask(9, 'ping') + echo(3, 'c') + echo(4, 'd'));
    const text = await server.said('"id":4');
    expect(text.match(/"id":\d/g)).toEqual(['1', '9', '3', '2', '4'].map((id) => `"id":${id}`));
  });
});

describe('what happens to the process', () => {
  it.each(['SIGKILL', 'SIGSEGV'] as const)('is ended by %s', async (signal) => {
    const server = play(atSecondCall({ kill: signal }));
    server.write(TWO);
    expect(await server.ended).toBe(signal);
    expect(await server.silent).toBe(echoed(1, 'a'));
  });

  it('stands still, and goes on', async () => {
    const server = play(atSecondCall({ noise: 'still', lines: 1 }, { kill: 'SIGSTOP' }));
    server.write(TWO);
    await server.said('still');
    while (!/^State:\s+T/m.test(read(`/proc/${server.pid}/status`))) await new Promise(setImmediate);
    server.kill('SIGCONT');
    expect(await server.said('"id":2')).toContain(echoed(2, 'b'));
  });

  it('has no stdout any more, and lives', async () => {
    const server = play(atSecondCall({ close: 'stdout' }));
    server.write(TWO);
    expect(await server.silent).toBe(echoed(1, 'a'));
    server.end();
    expect(await server.ended).toBe(0);
  });

  it('has no stdin any more, and lives', async () => {
    const server = play(atSecondCall({ close: 'stdin' }));
    server.write(TWO);
    await server.said('"id":2');
    const pump = setInterval(() => server.write(ask(3, 'ping')), 10);
    expect(await server.deaf).toMatchObject({ code: 'EPIPE' });
    clearInterval(pump);
    server.kill('SIGTERM');
    expect(await server.ended).toBe('SIGTERM');
  });

  it('reads no more, not even what came with the same bytes', async () => {
    const server = play(atSecondCall({ stop: 'reading' }));
    server.write(TWO + echo(3, 'c'));
    server.end();
    await server.said('"id":2');
    server.kill('SIGTERM');
    expect(await server.ended).toBe('SIGTERM');
    expect(await server.silent).toBe(echoed(1, 'a') + echoed(2, 'b'));
  });

  it('ignores the end of stdin and SIGTERM', async () => {
    const server = play(atSecondCall({ ignore: 'stop' }));
    server.write(TWO);
    await server.said('"id":2');
    server.kill('SIGTERM');
    server.write(ask(3, 'ping'));
    await server.said('"id":3');
    server.end();
    server.kill('SIGKILL');
    expect(await server.ended).toBe('SIGKILL');
  });

  it('floods stderr at its start, and answers all the same', async () => {
    const server = play({ runs: [[{ at: 'start', do: [{ stderr: 'forever' }] }]] });
    await server.complained(2_000_000);
    server.write(TWO);
    await server.said('"id":2');
  });

  it('computes, and answers then', async () => {
    const server = play(atSecondCall({ busy: 3 }));
    server.write(TWO);
    await server.said('"id":2');
  });

  it.each([
    { stdout: true, session: false },
    { stdout: false, session: true, stubborn: true },
  ])('leaves grandchildren behind: %o', async (kind) => {
    const server = play(atSecondCall({ grandchildren: 2, ...kind }, { answer: 'now' }, { exit: 7 }));
    grandchildren.push(server.marker);
    server.write(TWO);
    await server.said('"id":2');
    expect(await server.ended).toBe(7);
    const left = survivorsOf(server.marker);
    expect(left).toHaveLength(2);
    const pids = left.map((line) => Number(line.split(' ')[0]));
    const sessions = pids.map((pid) => Number(/\) \S \d+ \d+ (\d+)/.exec(read(`/proc/${pid}/stat`))![1]));
    expect(sessions.map((session, n) => session === pids[n])).toEqual([kind.session, kind.session]);
    // Stdout ends when the last of those that have it ends.
    if (kind.stdout) pids.forEach((pid) => process.kill(pid, 'SIGKILL'));
    await server.silent;
  });
});
