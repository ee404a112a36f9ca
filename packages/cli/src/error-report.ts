import type { CatalogProblem, Problem, SwitchyardError } from '@switchyard/plugin-api';
import { labelled } from './labelled.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

/** An error as it is shown: to a person as lines, to a program as one JSON object. */
export interface ErrorReport {
  /** `SWY-E201` */
  readonly code: string;
  /** The name of the code in lower case: `command_not_found`. */
  readonly kind: string;
  readonly server?: string;
  readonly message: string;
  readonly where?: string;
  readonly excerpt?: string;
  readonly why?: string;
  readonly hint: string;
  readonly exit: number;
}

/** What there is to say of an error; of one that a gateway answered, what the gateway said. */
export function errorReport(error: SwitchyardError): ErrorReport {
  const { details, where, excerpt, why, remedy } = error;
  const answered = error.code === 'ANSWERED_WITH_ERROR' ? details : {};
  const server = details['server'];
  return {
    code: String(answered['number'] ?? error.number),
    kind: String(answered['kind'] ?? error.code).toLowerCase(),
    ...(server === undefined ? {} : { server: String(server) }),
    message: error.message,
    ...(where === undefined ? {} : { where }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(why === undefined ? {} : { why }),
    hint: error.code === 'BUG' ? `run it again with --debug to see where; ${remedy}` : remedy,
    exit: Number(answered['exit'] ?? error.spec.exit),
  };
}

/** The envelope that `--json` promises: one line. */
export function errorLine(report: ErrorReport): string {
  return JSON.stringify({ error: report });
}

/**
 * What happened, where, why, what to do:
 * ```
 * ✗ SWY-E201  files: command "npx" was not found
 *   where   switchyard.jsonc:5:7  mcpServers.files.command
 *   do      install it, or set "command" to its full path
 * ```
 * @param debugged shown with its stack; without it no stack is ever printed.
 */
export function errorText(report: ErrorReport, paint: Paint, debugged?: Error): string {
  return [
    `${paint.red('✗')} ${paint.bold(report.code)}  ${printable(report.message)}`,
    ...aspects(report, paint),
    ...(debugged === undefined ? [] : stacks(debugged)),
  ].join('\n');
}

/** `→ switchyard explain SWY-E206`, where there is more to say than the report does. */
export function explainHint({ code, kind }: ErrorReport, paint: Paint): string | undefined {
  // Of a command line that is wrong, the report says all.
  if (['usage', 'answered_with_error'].includes(kind)) return undefined;
  return paint.dim(`  → switchyard explain ${code}`);
}

/** A problem of a server, or a warning: the same shape with a softer mark. */
export function warningText(report: ErrorReport, paint: Paint): string {
  return [
    `${paint.yellow('!')} ${paint.bold(report.code)}  ${printable(report.message)}`,
    ...aspects(report, paint),
  ].join('\n');
}

/** The lines below a server that has a problem. */
export function problemLines(problem: Problem, paint: Paint, indent: string): readonly string[] {
  const { code, message, where, why, remedy } = problem;
  return [
    `${paint.bold(code)}  ${printable(message)}`,
    ...aspects({ ...(where && { where }), ...(why && { why }), hint: remedy }, paint),
  ].map((line) => indent + line);
}

/** One that the error table knows looks like every error; of others there is a sentence. */
export function catalogProblemLines(problem: CatalogProblem, paint: Paint): readonly string[] {
  const { server, code, message, remedy } = problem;
  if (code === undefined || remedy === undefined)
    return [`${paint.yellow('!')} ${printable(server)}: ${printable(message)}`];
  const [first = '', ...rest] = problemLines({ ...problem, code, remedy }, paint, '');
  return [`${paint.yellow('!')} ${first}`, ...rest];
}

function aspects(
  { where, excerpt, why, hint }: Pick<ErrorReport, 'where' | 'excerpt' | 'why' | 'hint'>,
  paint: Paint,
): readonly string[] {
  const row = (label: string, text: string): readonly string[] => labelled(label, text, { paint });
  return [
    ...(where === undefined ? [] : row('where', where)),
    ...(excerpt === undefined ? [] : excerpt.split('\n').map((line) => `  ${printable(line)}`)),
    ...(why === undefined ? [] : row('why', why)),
    ...row('do', hint),
  ];
}

function stacks(error: Error): readonly string[] {
  const own = (error.stack ?? String(error)).split('\n').map((line) => `  ${line}`);
  return error.cause instanceof Error ? [...own, '  caused by', ...stacks(error.cause)] : own;
}
