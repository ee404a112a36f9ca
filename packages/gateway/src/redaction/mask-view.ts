import type { Problem, ServerTransition, ServerView } from '@switchyard/plugin-api';
import { redactNothing, type Redactor } from './redactor.ts';

/** So many texts are remembered with what they become: views are made with each change, and say mostly the same. */
const REMEMBERED = 1_000;
/** And so many characters of them: how a server wants to be used may be megabytes, and another text in each run. */
const REMEMBERED_CHARACTERS = 4 * 1024 * 1024;

/** Masks what a server's view has of the words of that server, or of whoever failed to start it. */
export function viewMask(redact: Redactor): (view: ServerView) => ServerView {
  if (redact === redactNothing) return (view) => view;
  const texts = new Map<string, string>();
  let characters = 0;
  const lists = new WeakMap<readonly ServerTransition[], readonly ServerTransition[]>();
  const values = new WeakMap<object, object>();

  const text = (given: string): string => {
    let masked = texts.get(given);
    if (masked === undefined) {
      if (texts.size >= REMEMBERED || characters + given.length > REMEMBERED_CHARACTERS) {
        texts.clear();
        characters = 0;
      }
      characters += given.length;
      masked = redact(given);
      texts.set(given, masked);
    }
    return masked;
  };
  /** Lists of transitions are replaced, never edited. */
  const transitions = (given: readonly ServerTransition[]): readonly ServerTransition[] => {
    let masked = lists.get(given);
    if (masked === undefined) {
      masked = given.map((each) => (each.cause === undefined ? each : { ...each, cause: text(each.cause) }));
      lists.set(given, masked);
    }
    return masked;
  };
  const value = <T extends object>(given: T): T => {
    let masked = values.get(given);
    if (masked === undefined) {
      masked = maskTexts(given, text) as object;
      values.set(given, masked);
    }
    return masked as T;
  };
  return (view) => {
    const { problem, target, serverInfo, capabilities, instructions, breaker } = view;
    return {
      ...view,
      transitions: transitions(view.transitions),
      ...(problem && { problem: maskProblem(problem, text) }),
      ...(target !== undefined && { target: text(target) }),
      ...(breaker?.lastError && { breaker: { ...breaker, lastError: maskProblem(breaker.lastError, text) } }),
      ...(serverInfo && { serverInfo: value(serverInfo) }),
      ...(capabilities && { capabilities: value(capabilities) }),
      ...(instructions !== undefined && { instructions: text(instructions) }),
    };
  };
}

/** A problem whose words are masked; its code and its place are ours. */
export function maskProblem(problem: Problem, redact: Redactor): Problem {
  const { code, message, where, why, remedy } = problem;
  return {
    code,
    message: redact(message),
    ...(where !== undefined && { where }),
    ...(why !== undefined && { why: redact(why) }),
    remedy: redact(remedy),
  };
}

/** A value of JSON whose texts and keys are masked. */
export function maskTexts(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), maskTexts(item, redact)]),
  );
}
