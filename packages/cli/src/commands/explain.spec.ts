import { describe, expect, it } from '@jest/globals';
import { ERRORS, type ErrorSpec } from '@switchyard/plugin-api';
import { EXECUTED, EXPLANATIONS } from '@switchyard/plugin-api/explanations';
import { run } from '../run.ts';
import { recordedTerminal } from '../spec-terminal.ts';

async function explain(...args: readonly string[]) {
  const terminal = recordedTerminal();
  const exit = await run(['explain', ...args], terminal);
  return { exit, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

describe('explain', () => {
  it('tells what an error means, why it happens and what to do', async () => {
    const { exit, printed, told } = await explain('SWY-E705');
    expect([exit, told]).toEqual([0, '']);
    expect(printed.split('\n')).toEqual([
      'SWY-E705  UPSTREAM_LOST',
      '  says    the connection to {server} was lost before it answered: {cause}',
      '  why     The call had gone out to the server when the connection to it ended.',
      '          Nobody can know whether it was carried out, so Switchyard does not',
      '          repeat it by itself.',
      '  do      the call may have been carried out: check before you repeat it',
      '  retry   no',
      '  call    executed: unknown, look before you repeat it',
      '  exit    4  unreachable',
      '  rpc     -33014',
      '  for     the model behind the client, and whoever runs the gateway',
    ]);
  });

  it.each(['SWY-E206', 'swy-e206', 'Swy-206', 'E206', 'e206', '206', 'UPSTREAM_EXITED', 'upstream-exited'])(
    'knows the error by %s',
    async (word) => {
      expect((await explain(word)).printed).toMatch(/^SWY-E206 {2}UPSTREAM_EXITED\n/);
    },
  );

  it.each([
    ['UPSTREM_EXITED', 'there is no error "UPSTREM_EXITED" — did you mean "UPSTREAM_EXITED"?'],
    ['port-in-us', 'there is no error "port-in-us" — did you mean "PORT_IN_USE"?'],
    ['SWY-E209', 'there is no error "SWY-E209"'],
    ['2061', 'there is no error "2061"'],
    ['constructor', 'there is no error "constructor"'],
    ['', 'there is no error ""'],
  ])('says what was meant by %j: exit 2', async (word, what) => {
    const { exit, told, printed } = await explain(word);
    expect([exit, printed]).toEqual([2, '']);
    expect(told.split('\n')).toEqual([
      `✗ SWY-E111  ${what}`,
      '  do      switchyard explain        lists all of them',
    ]);
  });

  it('is for programs too', async () => {
    const { printed } = await explain('206', '--json');
    expect(JSON.parse(printed)).toEqual({
      code: 'SWY-E206',
      kind: 'upstream_exited',
      about: EXPLANATIONS.UPSTREAM_EXITED,
      message: ERRORS.UPSTREAM_EXITED.message,
      remedy: ERRORS.UPSTREAM_EXITED.remedy,
      retryable: true,
      exit: 4,
      rpc: -33010,
      reader: 'operator',
      origin: 'upstream-transport',
    });
  });

  it('lists all of them', async () => {
    const { printed } = await explain();
    const lines = printed.split('\n');
    expect(lines).toHaveLength(Object.keys(ERRORS).length + 1);
    expect(lines[1]).toMatch(/^SWY-E101 {2}PORT_IN_USE {2,}cannot listen on/);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    const { errors } = JSON.parse((await explain('--json')).printed) as { errors: readonly object[] };
    expect(errors).toHaveLength(Object.keys(ERRORS).length);
  });
});

describe('the explanations', () => {
  it.each(Object.entries(EXPLANATIONS))('of %s are sentences that are more than the message', (_, text) => {
    expect(text).toMatch(/^["A-Z0-9].*\.$/s);
    expect(text.length).toBeGreaterThan(60);
  });

  it('call no error retryable whose call may have been executed', () => {
    const doubtful = Object.entries(EXECUTED).filter(([, said]) => said === 'yes' || said === 'unknown');
    expect(
      doubtful.filter(([code]) => (ERRORS as Readonly<Record<string, ErrorSpec>>)[code]?.retryable),
    ).toEqual([]);
  });

  it('say what every error for a model means for its call', () => {
    const forModels = Object.entries<ErrorSpec>(ERRORS).filter(([, { reader }]) => reader === 'model');
    expect(forModels.map(([code]) => code).filter((code) => !(code in EXECUTED))).toEqual([]);
  });
});
