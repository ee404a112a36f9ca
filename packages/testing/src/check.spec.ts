import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check, type Violation } from './check.ts';
import { CLIENTS, truth, type Told, type Truth } from './spec-history.ts';

/** A lie in a true story of at least two calls. Returns what must be found, and nothing else. */
type Lie = (told: Told) => [Violation['promise'], Violation['kind']][];

/** Each is about the first call, which ended in a way that this lie needs. */
const LIES: Record<string, { readonly of: Truth['outcome']; readonly tell: Lie }> = {
  'two answers are swapped': {
    of: 'result',
    tell(told) {
      const [one, other] = [told.answer(0), told.answer(1)];
      [one.answer, other.answer] = [other.answer, one.answer];
      return [
        ['R3', 'foreign'],
        ['R3', 'foreign'],
      ];
    },
  },
  'an answer is dropped': {
    of: 'result',
    tell: (told) => (told.drop(0), [['R1', 'unanswered']]),
  },
  'an answer is sent twice': {
    of: 'unknown, executed',
    tell: (told) => (told.repeat(0), [['R1', 'duplicate']]),
  },
  'an answer goes to an id that nobody used': {
    of: 'unknown, not executed',
    tell(told) {
      told.answer(0).id = 'elsewhere';
      return [
        ['R3', 'unasked'],
        ['R1', 'unanswered'],
      ];
    },
  },
  'a call is executed twice': {
    of: 'result',
    tell: (told) => (told.execute(0), [['R5', 'repeated']]),
  },
  'another server executes it': {
    of: 'yes',
    tell(told) {
      told.move(0);
      return [['R3', 'wrong_server']];
    },
  },
  'executed is no, and it was': {
    of: 'no',
    tell: (told) => (told.execute(0), [['R6', 'false_no']]),
  },
  'executed is yes, and it was not': {
    of: 'yes',
    tell: (told) => (told.forget(0), [['R6', 'false_yes']]),
  },
  'a result of a call that nobody executed': {
    of: 'result',
    tell: (told) => (told.forget(0), [['R6', 'false_result']]),
  },
  'it was refused, and executed': {
    of: 'refused',
    tell: (told) => (told.execute(0), [['R6', 'false_refusal']]),
  },
  'an error does not say whether': {
    of: 'no',
    tell(told) {
      told.answer(0).answer = { kind: 'error', message: 'broken', executed: undefined };
      return [['R6', 'silent']];
    },
  },
  'a cancelled call is executed twice': {
    of: 'cancelled, executed',
    tell: (told) => (told.execute(0), [['R5', 'repeated']]),
  },
};

describe('check', () => {
  it('finds nothing in a true history', () => {
    fc.assert(
      fc.property(truth(), (told) => {
        expect(check(told.history(), told.executions())).toEqual([]);
      }),
    );
  });

  it.each(Object.entries(LIES))('finds that %s', (_what, { of, tell }) => {
    fc.assert(
      fc.property(truth(of), (told) => {
        const expected = tell(told);
        const violations = check(told.history(), told.executions());
        expect(violations.map(({ promise, kind }) => [promise, kind]).sort()).toEqual(expected.sort());
        // One of them names the client and the nonce, in its sentence too.
        const { client, nonce } = told.calls[0]!;
        const named = violations.find((one) => one.client === client && one.nonce === nonce);
        expect(named?.sentence).toContain(`client ${client}`);
        expect(named?.sentence).toContain(`nonce ${nonce}`);
      }),
    );
  });

  it('finds an execution that nobody asked for', () => {
    const executions = new Map([['stray', [{ server: 'files', pid: 7, run: 2 }]]]);
    expect(check([], executions)).toEqual([
      {
        promise: 'R5',
        kind: 'phantom',
        nonce: 'stray',
        sentence: 'nobody asked for nonce stray, but it was executed once: files (pid 7, run 2)',
      },
    ]);
  });

  it('says in one sentence what contradicts what', () => {
    const call = { client: 'ada', id: 17 };
    const violations = check(
      [
        { event: 'invoked', ...call, nonce: 'ada-17', server: 'files' },
        { event: 'answered', ...call, answer: { kind: 'error', message: 'files is gone', executed: 'no' } },
      ],
      new Map([['ada-17', [{ server: 'files', pid: 7, run: 2 }]]]),
    );
    expect(violations.map(({ sentence }) => sentence)).toEqual([
      'client ada, call 17, nonce ada-17, for files: the error "files is gone" (executed: no), ' +
        'but it was executed once: files (pid 7, run 2)',
    ]);
  });

  it('takes the ids of two clients, and of two types, for different ones', () => {
    const events = CLIENTS.flatMap((client) =>
      [1, '1'].flatMap((id) => {
        const nonce = `${client} ${JSON.stringify(id)}`;
        const answer = { kind: 'result', text: nonce } as const;
        return [
          { event: 'invoked', client, id, nonce, server: 'files' } as const,
          { event: 'answered', client, id, answer } as const,
        ];
      }),
    );
    const executions = new Map(
      events.flatMap((one) =>
        one.event === 'invoked' ? [[one.nonce, [{ server: 'files', pid: 1, run: 1 }]] as const] : [],
      ),
    );
    expect(check(events, executions)).toEqual([]);
  });

  it('refuses histories that are none', () => {
    const call = { event: 'invoked', client: 'ada', id: 1, nonce: 'a', server: 'files' } as const;
    expect(() => check([call, { ...call, nonce: 'b' }], new Map())).toThrow('client ada used the id 1 twice');
    expect(() => check([call, { ...call, id: 2 }], new Map())).toThrow('two calls have the nonce a');
    expect(() => check([{ event: 'cancelled', client: 'ada', id: 1 }], new Map())).toThrow(
      'never used the id 1',
    );
  });

  it('checks 100,000 calls in less than five seconds', () => {
    const count = 100_000;
    const numbers = Array.from({ length: count }, (_, n) => n);
    const executions = new Map(numbers.map((n) => [`n${n}`, [{ server: 'files', pid: 1, run: 1 }]]));
    const history = numbers.flatMap((n) => [
      { event: 'invoked', client: 'ada', id: n, nonce: `n${n}`, server: 'files' } as const,
      { event: 'answered', client: 'ada', id: n, answer: { kind: 'result', text: `n${n}` } } as const,
    ]);
    const beganAt = performance.now();
    expect(check(history, executions)).toEqual([]);
    expect(performance.now() - beganAt).toBeLessThan(5_000);
  });
});
