import { describe, expect, it } from '@jest/globals';
import { concurrently } from './harness/concurrently.ts';
import { figure } from './harness/figure.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { connectToGateway } from './harness/sdk-client.ts';
import { witnesses } from './harness/witnesses.ts';

const CLIENTS = ['ada', 'ben', 'cleo', 'dan', 'eve'];
const CALLS_OF_EACH_CLIENT = 2_000;
const AT_ONCE = 8;
/** Eight real servers, five clients and a gateway share what cores there are. */
const CALLS_MS = 300_000;
/** They take no work for a call. */
const OFTEN = ['files', 'time', 'north', 'south', 'api'];
/** They start a process, or read and parse a whole file. */
const SELDOM = ['memory', 'knowledge', 'git'];
const SELDOM_EVERY = 20;

describe('eight servers of five authors, five over stdio and three over HTTP', () => {
  it(
    'answers 10,000 mixed calls of five clients, each by the server that it was for',
    async () => {
      const folder = await temporaryFolder();
      const numbers = Array.from({ length: CLIENTS.length * CALLS_OF_EACH_CLIENT }, (_, n) => n);
      const servers = await witnesses(folder, (name) => numbers.filter((n) => serverOf(n) === name));
      const mcpServers = Object.fromEntries(
        Object.entries(servers).map(([name, { entry }]) => [name, entry]),
      );
      const gateway = await serve({ mcpServers }, { folder });
      await Promise.all(Object.keys(servers).map((name) => gateway.phase(name, 'ready')));

      const beganAt = performance.now();
      await Promise.all(
        CLIENTS.map(async (name, place) => {
          const client = await connectToGateway(gateway.url, name);
          await concurrently(CALLS_OF_EACH_CLIENT, AT_ONCE, async (k) => {
            const n = place * CALLS_OF_EACH_CLIENT + k;
            const server = serverOf(n);
            const { tool, ask } = servers[server]!;
            const { args, proof } = ask(n);
            const { content } = await client.callTool({ name: `${server}__${tool}`, arguments: args });
            // Found in its own answer, so that a mix-up names both.
            expect(JSON.stringify(content)).toContain(proof);
          });
        }),
      );
      figure(
        'mixed calls through eight servers',
        numbers.length / ((performance.now() - beganAt) / 1_000),
        '/s',
      );

      for (const name of ['north', 'south']) {
        const meant = numbers.filter((n) => serverOf(n) === name).map((n) => `${name} hears ${n}`);
        expect([...servers[name]!.heard!].sort()).toEqual(meant.sort());
      }
      expect((await gateway.status()).ledger).toMatchObject({ inFlight: 0, cancelled: 0 });
    },
    CALLS_MS,
  );
});

/** Whose turn a call is. */
function serverOf(n: number): string {
  return n % SELDOM_EVERY === 0 ? SELDOM[(n / SELDOM_EVERY) % SELDOM.length]! : OFTEN[n % OFTEN.length]!;
}
