import {
  SwitchyardError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorPlace,
  type Loss,
} from '@switchyard/plugin-api';
import type { Cause } from './state.ts';

/** Any thrown value as the cause of a loss. */
export function causeOf(error: unknown): Cause {
  const known = SwitchyardError.from(error);
  return {
    code: known.code,
    retryable: known.spec.retryable,
    problem: {
      code: known.number,
      message: known.message,
      ...(known.where !== undefined && { where: known.where }),
      ...(known.why !== undefined && { why: known.why }),
      remedy: known.remedy,
    },
  };
}

/** A cause from the table. */
export function cause(code: ErrorCode, details: ErrorDetails, place?: ErrorPlace): Cause {
  return causeOf(new SwitchyardError(code, details, place));
}

/** What a lost wire is called: of a server that is somewhere else nobody can read what it printed. */
export function lossCode(remote: boolean): 'UPSTREAM_UNREACHABLE' | 'UPSTREAM_EXITED' {
  return remote ? 'UPSTREAM_UNREACHABLE' : 'UPSTREAM_EXITED';
}

/** What shells and launchers exit with when they could not run what they were told to (POSIX, exit status of commands). */
const INNER_EXITS: ReadonlyMap<number | undefined, string> = new Map([
  [126, 'may not be executed'],
  [127, 'was not found'],
]);

/**
 * The loss of a wire as a cause; its last words on stderr are usually the best explanation there is.
 * @param isStarting it never took a call: an exit code may then say that there is nothing to start
 */
export function causeOfLoss(server: string, loss: Loss, remote: boolean, isStarting = false): Cause {
  const words = lastWords(loss);
  const why = words === undefined ? {} : { why: words };
  const { exitCode } = loss;
  const what = isStarting ? INNER_EXITS.get(exitCode) : undefined;
  const lost = doubtful(
    what === undefined
      ? cause(lossCode(remote), { server, cause: loss.cause }, why)
      : cause('INNER_COMMAND_UNUSABLE', { server, what, exitCode }, why),
    loss,
  );
  return {
    ...lost,
    ...(loss.forgotten === true && { forgotten: true }),
    ...(loss.exitCode !== undefined && { exitCode: loss.exitCode }),
    ...(loss.signal !== undefined && { signal: loss.signal }),
  };
}

/** The last lines of a server's stderr, as a problem tells them; undefined where it printed none. */
export function lastWords({ stderr }: Pick<Loss, 'stderr'>): string | undefined {
  const last = stderr?.trim().split('\n').slice(-3).join(' | ');
  return last ? `its last words: ${last}` : undefined;
}

/** A start that failed, with what is doubtful in the entry as the first thing to do about it. */
export function doubtful(failed: Cause, { doubt }: Pick<Loss, 'doubt'>): Cause {
  if (doubt === undefined) return failed;
  const remedy = `${doubt}; if that is not it: ${failed.problem.remedy}`;
  return { ...failed, problem: { ...failed.problem, remedy } };
}
