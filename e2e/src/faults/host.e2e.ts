import { describe, expect } from '@jest/globals';
import type { Problem } from '@switchyard/plugin-api';
import { lightServer } from '@switchyard/testing';
import { expectResults } from './outcomes.ts';
import { prove } from './prove.ts';
import { failsAlways } from './scripted.ts';

const DESCRIPTORS = 64;
/** Each needs three; what Node, the listeners, two servers and the reserve need leaves no room for the last of them. */
const MORE = Array.from({ length: 12 }, (_, n) => `more-${n}`);
const CALLS = 20;
const IDLE_MS = 4_000;

describe('a host that has no more to give', () => {
  prove({
    F68: {
      server: (place) => failsAlways(place, []),
      // Each gives back what it has when nobody uses it; then the others have their turn.
      others: (place) =>
        Object.fromEntries(
          MORE.map((name) => [name, { ...lightServer(), idleTimeout: place.lasting(IDLE_MS) }]),
        ),
      descriptors: DESCRIPTORS,
      async prove({ gateway, call, faulty }) {
        const { problem } = await gateway.log.find(
          'server that could not be started',
          ({ problem }) =>
            (problem as Problem | undefined)?.message.includes('open files are in use') === true,
        );
        const { code, message } = problem as Problem;
        expect(code).toBe('SWY-E205');
        const wereReady = () =>
          MORE.filter((name) =>
            gateway.log.events.some((event) => event['name'] === name && event['phase'] === 'ready'),
          ).length;
        const atFirst = wereReady();
        expect(atFirst).toBeLessThan(MORE.length);
        // What is kept for clients lets everybody in who wants to know why, for as long as the first ones have not ended.
        const { servers } = await gateway.status();
        expect(servers.some(({ problem }) => problem?.code === code)).toBe(true);
        // One after the other: each over the connection that is there.
        const answers = [];
        for (let n = 0; n < CALLS; n += 1) answers.push(await call());
        const says = expectResults(answers);
        await gateway.log.find('last of the servers', () => wereReady() === MORE.length);
        await gateway.log.find(
          'quiet',
          () => gateway.log.events.filter(({ phase }) => phase === 'idle').length >= MORE.length,
        );
        expect(await faulty()).toMatchObject({ phase: 'ready', restarts: 0 });
        return {
          says: `${atFirst} of ${MORE.length} servers start, the others have ${code}, "${message.replace(/^.*?: /, '')}", and start when there is room; ${says} meanwhile`,
        };
      },
    },
  });
});
