import {
  ERRORS,
  type ErrorSpec,
  type ReloadPlan,
  type ReloadProblem,
  type ServerChange,
} from '@switchyard/plugin-api';
import type { ErrorReport } from './error-report.ts';
import { table } from './table.ts';
import type { Side } from './terminal.ts';
import { counted } from './words.ts';

const HOW: Readonly<Record<ServerChange['how'], string>> = {
  start: 'start it',
  drain: 'let its calls end, then stop it',
  'make-first': 'start the new one, then let the calls of the old one end',
  'break-first': 'let its calls end, then start the new one',
  'in place': 'as it runs',
};

/** A plan as a table of what changes and how, for people. */
export function planLines(
  { servers, other, restartNeeded }: ReloadPlan,
  { columns, paint }: Pick<Side, 'columns' | 'paint'>,
): readonly string[] {
  const rows = [
    ...servers.map(({ server, change, keys, how }) => [change, server, HOW[how], keys.join(', ')]),
    ...other.map((key) => ['changed', key, HOW['in place'], '']),
    ...restartNeeded.map((key) => ['changed', key, 'not before a restart', '']),
  ];
  if (rows.length === 0) return [];
  const titles = [
    { title: 'CHANGE' },
    { title: 'WHAT' },
    { title: 'HOW' },
    { title: 'KEYS', flexible: true },
  ];
  const [head = '', ...lines] = table(titles, rows, columns);
  return [paint.dim(head), ...lines];
}

/** `rev 1a2b3c4d → 5e6f7a8b  2 servers changed, 48 untouched`. */
export function planSummary({ from, to, servers, other, unchanged }: ReloadPlan): string {
  const revisions = from === to ? `rev ${to}` : `rev ${from} → ${to}`;
  if (servers.length + other.length === 0) return `${revisions}  nothing changes`;
  const parts = [
    ...(servers.length === 0 ? [] : [`${counted(servers.length, 'server')} changed`]),
    ...(other.length === 0 ? [] : [`${counted(other.length, 'other key')}`]),
    `${unchanged} untouched`,
  ];
  return `${revisions}  ${parts.join(', ')}`;
}

/** What a gateway says of a reload that changed nothing, as every error is shown. */
export function reloadReport({ code, message, where, excerpt, why, remedy }: ReloadProblem): ErrorReport {
  const [kind, spec] = BY_NUMBER.get(code) ?? [code, undefined];
  return {
    code,
    kind: kind.toLowerCase(),
    message,
    ...(where === undefined ? {} : { where }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(why === undefined ? {} : { why }),
    hint: remedy,
    exit: spec?.exit ?? 1,
  };
}

const BY_NUMBER: ReadonlyMap<string, readonly [string, ErrorSpec]> = new Map(
  Object.entries<ErrorSpec>(ERRORS).map(([name, spec]) => [`SWY-E${spec.number}`, [name, spec]]),
);
