import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from '@jest/globals';
import type { ServeEvent } from '../harness/event-log.ts';
import { linesOf, written } from '../harness/lines-of.ts';
import { fixture } from '../harness/places.ts';
import { FAULTY } from './fault.ts';
import { passed, told } from './outcomes.ts';
import { prove } from './prove.ts';
import { failsAlways } from './scripted.ts';

/** How long the start of a server may take where nothing else is said. */
const BUDGET_MS = 30_000;
const LATE_MS = 20_000;
/** Says that it can be told to answer. */
const LATE_LOG = 'late.pids';
/** Has a line for each start: a slow machine may look when the first is over. */
const PIDS = 'pids';
const SHORT_BUDGET_MS = 2_000;
const AROUND_MS = 250;
/** An installed server, with everything that the gateway adds to its own start. */
const READY_MS = 1_000;

describe('a server that does not start', () => {
  prove({
    F03: {
      server: () => ({ command: 'a-command-that-is-nowhere' }),
      others: ({ folder }) => {
        const file = path.join(folder, 'not-executable');
        writeFileSync(file, 'text', { mode: 0o644 });
        return {
          text: { command: file },
          homeless: { command: process.execPath, cwd: path.join(folder, 'absent') },
        };
      },
      unready: true,
      bare: { calls: 0 },
      async prove({ place, gateway }) {
        const names = [FAULTY, 'text', 'homeless'];
        await Promise.all(names.map((name) => gateway.phase(name, 'failed')));
        // As long as several attempts would take.
        await passed(10_000 / place.scale);
        const views = await Promise.all(names.map((name) => gateway.server(name)));
        for (const { phase, transitions } of views) {
          expect(phase).toBe('failed');
          expect(Math.max(...transitions.map(({ run }) => run))).toBe(1);
        }
        const [missing, text, homeless] = views.map(({ problem }) => problem);
        expect(missing).toMatchObject({
          code: 'SWY-E201',
          message: expect.stringContaining('a-command-that-is-nowhere'),
          why: expect.stringContaining(process.env['PATH']!),
        });
        expect(text?.message).toContain(path.join(place.folder, 'not-executable'));
        expect(homeless?.message).toContain(path.join(place.folder, 'absent'));
        const codes = [missing, text, homeless].map((problem) => problem?.code);
        return {
          says: `one attempt each, then ${codes.join(', ')} with the path, or the PATH that was searched`,
        };
      },
    },

    F04: {
      server: (place) => {
        const { command, ...more } = failsAlways(
          place,
          [{ at: { method: 'initialize', nth: 1 }, do: [{ answer: 'none' }] }],
          { startupTimeout: place.lasting(SHORT_BUDGET_MS) },
        );
        // To a configuration, two dollars are one.
        const noted = ['-c', 'echo $$$$ >> "$0"; exec "$@"', path.join(place.folder, PIDS), command];
        return { ...more, command: '/bin/sh', args: [...noted, ...(more.args ?? [])] };
      },
      unready: true,
      bare: { calls: 0 },
      async prove({ place, gateway, faulty }) {
        const { message } = await told(gateway, 'SWY-E211');
        expect(message).toContain('no answer to initialize');
        const { transitions } = await faulty();
        const at = (wanted: string) => transitions.find(({ event }) => event === wanted)!.at;
        const offMs = Math.abs(at('lost') - at('start') - SHORT_BUDGET_MS);
        // The next run begins when nothing is left of this one.
        const isOfIt = ({ name }: ServeEvent) => name === FAULTY;
        const lost = await gateway.log.find(
          'loss',
          (event) => isOfIt(event) && event['problem'] !== undefined,
        );
        await gateway.log.find(
          'second start',
          (event) => isOfIt(event) && event['phase'] === 'starting',
          lost,
        );
        const [first] = await linesOf(path.join(place.folder, PIDS));
        expect(() => process.kill(Number(first), 0)).toThrow('ESRCH');
        return {
          says: 'SWY-E211, no answer to initialize; its process is gone before the next attempt',
          measures: [{ what: 'off its start budget', value: offMs, unit: 'ms', limit: AROUND_MS }],
        };
      },
    },

    F05: {
      server: ({ folder }) => ({
        command: process.execPath,
        args: [fixture('late.mjs')],
        env: { LATE_LOG: path.join(folder, LATE_LOG) },
      }),
      unready: true,
      // What is left of its budget is more than a test takes to say go.
      hurry: 4,
      async prove({ place, gateway, faulty }) {
        const { readyAfterMs = NaN } = await gateway.server('healthy');
        const { transitions } = await faulty();
        await passed(LATE_MS / place.scale, transitions[0]!.at);
        const { phase, pid } = await faulty();
        expect(phase).toBe('negotiating');
        // Earlier than this the signal would end it.
        await written(path.join(place.folder, LATE_LOG), String(pid));
        process.kill(pid!, 'SIGUSR2');
        await gateway.phase(FAULTY, 'ready');
        return {
          says: `ready after ${LATE_MS / 1_000} of ${BUDGET_MS / 1_000} s; the neighbour served from the first second on`,
          measures: [{ what: 'neighbour ready', value: readyAfterMs, unit: 'ms', limit: READY_MS }],
        };
      },
    },
  });
});
