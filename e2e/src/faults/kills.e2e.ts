import { describe, expect } from '@jest/globals';
import type { Step } from '@switchyard/testing';
import type { Gateway } from '../harness/gateway.ts';
import { FAULTY, type Entry, type Place } from './fault.ts';
import { passed } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, scripted } from './scripted.ts';

/** Which of the servers dies when, the same each time. */
const SEED = 20_251_125;
const SERVERS = [FAULTY, 'second', 'third', 'fourth'];
const KILLS_OF_EACH = 4;
const CALLS_OF_EACH = 150;
/** A run carries at most so many calls before its end. */
const LONGEST_RUN = 30;
const AT_ONCE = 16;

describe('servers that are killed', () => {
  prove({
    F28: {
      server: (place) => dying(place, 0),
      others: (place) => Object.fromEntries(SERVERS.map((name, n) => [name, dying(place, n)]).slice(1)),
      async prove({ place, gateway, call }) {
        await Promise.all(SERVERS.map((name) => gateway.phase(name, 'ready')));
        const outcomes = new Map<string, number>();
        const client = async (server: string) => {
          // Calls that are refused bring a server no nearer to its end.
          for (
            let n = 0;
            n < CALLS_OF_EACH / (AT_ONCE / SERVERS.length) || runsOf(gateway, server) <= KILLS_OF_EACH;
            n += 1
          ) {
            const { result, error } = await call('echo', {}, server);
            // As a client would that is told when to come again.
            await passed(Number(error?.data?.['retryAfterMs'] ?? 0) / place.scale);
            const outcome = result
              ? 'result'
              : `${error?.data?.['code']}, executed ${error?.data?.['executed']}`;
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          }
        };
        const clients = Array.from({ length: AT_ONCE }, (_, n) => client(SERVERS[n % SERVERS.length]!));
        await Promise.all(clients);
        const restarts = (await gateway.status()).servers.reduce((sum, server) => sum + server.restarts, 0);
        const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
        expect(restarts).toBe(SERVERS.length * KILLS_OF_EACH);
        const parts = [...outcomes].sort().map(([outcome, count]) => `${count} ${outcome}`);
        return { says: `${restarts} kills; ${total} of ${total} calls answered: ${parts.join(', ')}` };
      },
    },
  });
});

/** How often it was ready so far. */
function runsOf({ log }: Gateway, server: string): number {
  return log.events.filter(({ name, phase }) => name === server && phase === 'ready').length;
}

function dying(place: Place, n: number): Entry {
  const next = random(SEED + n);
  const runs = Array.from({ length: KILLS_OF_EACH }, (): Step[] => {
    const when = next() < 0.5 ? 'before' : 'after';
    return [{ at: atCall(1 + Math.floor(next() * LONGEST_RUN)), when, do: [{ kill: 'SIGKILL' }] }];
  });
  return scripted(place, [...runs, []], {}, SERVERS[n]!);
}

/** Mulberry32: few lines, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
