import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect } from '@jest/globals';
import { passed, expectFailed, expectResults, readyTimes, told } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, failsAlways, failsOnce } from './scripted.ts';

const MIB = 1024 * 1024;
/** The most that one message may have. */
const LIMIT_MB = 10;
/** What a gateway takes in a second of calls to others, and gives back when it is collected. */
const REST_MB = 8;
const CALLS = 20;
const LINES = 10;
/** How many lines that are no messages are worth a warning. */
const SHOWN = 1;
const JSON_BUT_NO_MESSAGES = ['{"a":1}', '[1,2]', 'null', '[]', '{"jsonrpc":"2.0","id":true,"result":{}}'];
/** Everything that lines are cut at by mistake, and characters of one to four bytes. */
const AWKWARD = 'a é € 😀 \u2028 \u2029 \u0085 \u0000 \ufeff \r\n "\\';

describe('a server that writes what it should not', () => {
  prove({
    F06: {
      server: (place) =>
        failsAlways(place, [
          {
            at: 'start',
            do: [
              { noise: '=== Welcome, server v$i ===', lines: 3 },
              { noise: '{"not":"closed"', lines: 1 },
            ],
          },
          { at: atCall(1, CALLS), do: [{ noise: '\u001b[31mrequest $i\u001b[0m took 3 ms', lines: LINES }] },
        ]),
      bare: { calls: CALLS },
      async prove({ gateway, calls, faulty }) {
        const says = expectResults(await calls(CALLS));
        const { dropped } = await faulty();
        expect(dropped).toBe(4 + CALLS * LINES);
        const shown = () => gateway.stderr().split('dropped a message that cannot be passed on').length - 1;
        while (shown() < SHOWN) await passed(5);
        expect(shown()).toBe(SHOWN);
        return { says: `${says}; ${dropped} lines counted, ${shown()} warning in the log` };
      },
    },

    F07: {
      server: (place) =>
        failsAlways(place, [
          {
            at: atCall(1, CALLS),
            do: JSON_BUT_NO_MESSAGES.map((noise) => ({ noise, lines: LINES })),
          },
        ]),
      bare: { calls: CALLS },
      async prove({ calls, faulty }) {
        const says = expectResults(await calls(CALLS));
        const { dropped } = await faulty();
        expect(dropped).toBe(JSON_BUT_NO_MESSAGES.length * CALLS * LINES);
        return { says: `${says}; ${dropped} lines counted` };
      },
    },

    F08: {
      server: (place) =>
        failsOnce(place, [{ at: atCall(1), do: [{ answer: 'large', bytes: 50 * MIB, newline: false }] }]),
      bare: { calls: 2 },
      async prove({ gateway, call }) {
        const before = await resident(gateway.pid);
        const [first] = await Promise.all([call()]);
        const says = expectFailed([first], { code: 'SWY-E402', executed: 'yes' });
        const { message } = await told(gateway, 'SWY-E206');
        expect(message).toContain('without the end of a line');
        const grownMB = (await peak(gateway.pid)) - before;
        await readyTimes(gateway, 2);
        expectResults([await call()]);
        return {
          says: `${says}; "${message.replace(/^.*: /, '')}", and it is started again`,
          measures: [
            {
              what: 'memory, at most above what it was',
              value: grownMB,
              unit: 'MB',
              limit: 2 * LIMIT_MB + REST_MB,
            },
          ],
        };
      },
    },

    F09: {
      server: (place) =>
        failsOnce(place, [{ at: atCall(CALLS + 1), do: [{ answer: 'large', bytes: 11 * MIB }] }]),
      bare: { calls: CALLS + 1 },
      async prove({ call, faulty }) {
        // Answered when the one behind the large one was asked.
        const small = Array.from({ length: CALLS }, (_, n) => call('slow', { after: CALLS + 1 - n }));
        const large = call();
        const says = expectFailed([await Promise.race([large])], { code: 'SWY-E402', executed: 'yes' });
        expectResults([await call()]);
        const rest = expectResults(await Promise.all(small));
        expect(await faulty()).toMatchObject({ phase: 'ready', restarts: 0, dropped: 1 });
        return { says: `${says}; of those under way ${rest}` };
      },
    },

    F10: {
      server: (place) =>
        failsAlways(place, [
          { at: 'start', do: [{ split: 'bytes' }] },
          { at: atCall(2), do: [{ answer: 'raw', text: '$answer\r\n' }] },
          { at: atCall(3), do: [{ answer: 'raw', text: '\r\n\n$answer \t\r\n' }] },
        ]),
      bare: { calls: 3 },
      async prove({ call, faulty }) {
        for (let n = 0; n < 3; n += 1) {
          const { result } = await call('echo', { text: AWKWARD });
          expect(result?.content?.[1]?.text).toBe(AWKWARD);
        }
        expect(await faulty()).toMatchObject({ dropped: 0, restarts: 0 });
        return { says: '3 of 3 texts arrive as they were sent' };
      },
    },

    F11: {
      server: (place) =>
        failsAlways(place, [
          {
            at: atCall(1),
            do: [
              {
                answer: 'raw',
                text: '{"jsonrpc":"2.0","id":$id,"result":{"content":[{"type":"text","text":"\xff\xc0"}]}}\n',
              },
            ],
          },
        ]),
      bare: { calls: 1 },
      async prove({ call, faulty }) {
        const answer = await call();
        const says = expectFailed([answer], { code: 'SWY-E401', executed: 'yes', says: 'UTF-8' });
        expect(JSON.stringify(answer)).not.toContain('\ufffd');
        expectResults([await call()]);
        expect(await faulty()).toMatchObject({ phase: 'ready', restarts: 0 });
        return { says: `${says}; no U+FFFD delivered` };
      },
    },
  });
});

/** In MB; from here on the peak is counted anew. */
async function resident(pid: number): Promise<number> {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return memory(pid, 'VmRSS');
}

function peak(pid: number): Promise<number> {
  return memory(pid, 'VmHWM');
}

async function memory(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}
