import { didYouMean } from '@switchyard/gateway/configuration';
import { ERRORS, SwitchyardError, type ErrorCode, type ErrorSpec } from '@switchyard/plugin-api';
import {
  EXECUTED,
  EXITS,
  EXPLANATIONS,
  READERS,
  type ExecutedSaid,
} from '@switchyard/plugin-api/explanations';
import type { GlobalFlags } from '../flags.ts';
import { labelled } from '../labelled.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

const NUMBER = /^(?:swy-)?e?(\d{3})$/i;

/**
 * Prints what there is to know of an error: `SWY-E206`, `e206`, `206` or `UPSTREAM_EXITED`; all of them without a word.
 * @throws USAGE for one that is not in the table.
 */
export async function explain(
  flags: GlobalFlags,
  terminal: Terminal,
  word: string | undefined,
): Promise<number> {
  const { paint, columns } = terminal.out;
  if (word === undefined) {
    const all = Object.keys(ERRORS).map((code) => explanationOf(code as ErrorCode));
    terminal.print(flags.json ? JSON.stringify({ errors: all }) : listLines(all, columns).join('\n'));
    return 0;
  }
  const explanation = explanationOf(codeOf(word));
  if (flags.json) {
    terminal.print(JSON.stringify(explanation));
    return 0;
  }
  const { code, kind, message, about, remedy, retryable, executed, exit, rpc, reader } = explanation;
  const rows: readonly (readonly [string, string])[] = [
    ['says', message],
    ['why', about],
    ['do', remedy],
    ['retry', retryable ? 'yes, the same may succeed later without a change' : 'no'],
    ...(executed === undefined ? [] : [['call', SAID[executed]] as const]),
    ['exit', `${exit}  ${EXITS[exit]}`],
    ['rpc', String(rpc)],
    ['for', READERS[reader]],
  ];
  terminal.print(
    [
      `${paint.bold(code)}  ${kind.toUpperCase()}`,
      ...rows.flatMap(([label, text]) => labelled(label, text, { columns, paint })),
    ].join('\n'),
  );
  return 0;
}

/** One row of the table with its explanation, as `--json` prints it. */
export interface Explanation extends Pick<
  ErrorSpec,
  'message' | 'remedy' | 'retryable' | 'exit' | 'rpc' | 'reader' | 'origin'
> {
  /** `SWY-E206` */
  readonly code: string;
  /** `upstream_exited` */
  readonly kind: string;
  readonly about: string;
  /** What an answer to a call with this error says; absent for errors that answer no call. */
  readonly executed?: ExecutedSaid;
}

function explanationOf(name: ErrorCode): Explanation {
  const { number, ...spec }: ErrorSpec = ERRORS[name];
  const executed = EXECUTED[name];
  return {
    code: `SWY-E${number}`,
    kind: name.toLowerCase(),
    about: EXPLANATIONS[name],
    ...(executed && { executed }),
    ...spec,
  };
}

function codeOf(word: string): ErrorCode {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const number = Number(NUMBER.exec(word)?.[1]);
  const name = word.toUpperCase().replaceAll('-', '_');
  const code = codes.find((each) => each === name || ERRORS[each].number === number);
  if (code !== undefined) return code;
  const known = [...codes, ...codes.map((each) => `SWY-E${ERRORS[each].number}`)];
  // A number that is near another one means something else.
  const suggestion = Number.isNaN(number) ? didYouMean(name, known) : '';
  throw new SwitchyardError(
    'USAGE',
    { what: `there is no error "${word.slice(0, 60)}"${suggestion}` },
    { remedy: 'switchyard explain        lists all of them' },
  );
}

function listLines(all: readonly Explanation[], columns: number): readonly string[] {
  return table(
    [{ title: 'CODE' }, { title: 'NAME' }, { title: 'MESSAGE', flexible: true }],
    all.map(({ code, kind, message }) => [code, kind.toUpperCase(), message]),
    columns,
  );
}

const SAID: Readonly<Record<ExecutedSaid, string>> = {
  no: 'executed: no, the server did not act on it',
  yes: 'executed: yes, the server acted on it, and its answer is lost',
  unknown: 'executed: unknown, look before you repeat it',
  'no or unknown': 'executed: no or unknown, the answer says which',
};
