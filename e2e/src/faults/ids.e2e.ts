import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from '@jest/globals';
import { scriptedServer, type Script } from '@switchyard/testing';
import { requestText } from '../harness/rpc.ts';
import { FAULTY } from './fault.ts';
import { executed, expectFailed, expectResults } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, failsAlways } from './scripted.ts';

const TIMEOUT_MS = 2_000;
const INVENTED = 50;
const RESULT = '"result":{"content":[{"type":"text","text":"not asked for"}]}';
/** What looks like an id and is of another type, as JSON; `$id` stands for the one that was asked. In JSON 1.0 is 1. */
const WRONG_IDS = ['"$id"', 'null', '{"id":$id}', '[$id]', '9007199254740993', `"${'x'.repeat(1_000_000)}"`];
const NO_ANSWERS = [
  '{"jsonrpc":"2.0","id":$id,"result":{},"error":{"code":1,"message":"and this"}}\n',
  '{"jsonrpc":"2.0","id":$id}\n',
  '{"jsonrpc":"1.0","id":$id,"result":{}}\n',
  '{"id":$id,"result":{}}\n',
];

describe('a server that answers wrongly', () => {
  prove({
    F21: {
      server: (place) => failsAlways(place, [{ at: atCall(1), do: [{ answer: 'repeated', times: 2 }] }]),
      bare: { calls: 1 },
      async prove({ call, faulty }) {
        // Of more than one answer `call` would not take the last for its own.
        expectResults([await call(), await call()]);
        const { dropped } = await faulty();
        expect(dropped).toBe(1);
        return { says: `1 answer delivered, ${dropped} dropped and counted` };
      },
    },

    F22: {
      server: (place) =>
        failsAlways(place, [
          { at: 'start', do: [{ noise: `{"jsonrpc":"2.0","id":$i,${RESULT}}`, lines: INVENTED }] },
          { at: atCall(1), do: [{ noise: `{"jsonrpc":"2.0","id":1$i,${RESULT}}`, lines: INVENTED }] },
        ]),
      bare: { calls: 2 },
      async prove({ call, faulty }) {
        for (const expected of ['n1', 'n2']) {
          expect((await call()).result?.content).toEqual([{ type: 'text', text: expected }]);
        }
        const { dropped } = await faulty();
        expect(dropped).toBe(2 * INVENTED);
        return { says: `0 of ${dropped} delivered, all counted; ids begin at a random number` };
      },
    },

    F23: {
      server: (place) => {
        const script: Script = {
          executionLog: place.logOf(FAULTY),
          runs: [WRONG_IDS.map((id, n) => ({ at: atCall(n + 1), do: [{ answer: 'id', id }] }))],
        };
        const file = path.join(place.folder, 'script.json');
        writeFileSync(file, JSON.stringify(script));
        return { ...scriptedServer(file), timeout: place.lasting(TIMEOUT_MS), breaker: false };
      },
      bare: { calls: WRONG_IDS.length },
      async prove({ calls, call, faulty }) {
        const answers = await calls(WRONG_IDS.length);
        const says = expectFailed(answers, { code: 'SWY-E704', executed: 'unknown' });
        const { dropped } = await faulty();
        expect(dropped).toBe(WRONG_IDS.length);
        expectResults([await call()]);
        return { says: `0 of ${dropped} taken for the right one, all counted; ${says} at their timeout` };
      },
    },

    F24: {
      server: (place) =>
        failsAlways(
          place,
          NO_ANSWERS.map((text, n) => ({ at: atCall(n + 1), do: [{ answer: 'raw', text }] })),
        ),
      bare: { calls: NO_ANSWERS.length },
      async prove({ calls, call, faulty }) {
        const answers = await calls(NO_ANSWERS.length);
        const says = expectFailed(answers, { code: 'SWY-E401', executed: 'yes' });
        expectResults([await call()]);
        expect(await faulty()).toMatchObject({ phase: 'ready', restarts: 0 });
        return { says };
      },
    },

    F25: {
      server: (place) =>
        failsAlways(
          place,
          [1, 3].map((nth) => ({ at: atCall(nth), do: [{ answer: 'late', after: 1 }] })),
          { timeout: place.lasting(TIMEOUT_MS) },
        ),
      async prove({ place, gateway, session, history, call, faulty }) {
        const says = expectFailed([await call()], { code: 'SWY-E704', executed: 'unknown' });
        // Brings the first one's.
        expectResults([await call()]);
        expect((await faulty()).dropped).toBe(1);

        const unwantedCall = { client: 'ada', id: 'unwanted' };
        history.push({ event: 'invoked', ...unwantedCall, nonce: 'unwanted', server: FAULTY });
        const params = { name: `${FAULTY}__echo`, arguments: { nonce: 'unwanted' } };
        const unwanted = session.post(requestText('unwanted', 'tools/call', params));
        await executed(place, 'unwanted');
        history.push({ event: 'cancelled', ...unwantedCall });
        await session.post(
          '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"unwanted"}}',
        );
        expect((await unwanted).messages).toEqual([]);
        expectResults([await call()]);
        expect((await faulty()).dropped).toBe(2);
        expect((await gateway.status()).ledger).toMatchObject({ cancelled: 1 });
        return { says: `${says}; 2 of 2 late answers dropped and counted, the ledger as it was` };
      },
    },
  });
});
