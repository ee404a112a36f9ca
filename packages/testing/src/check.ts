import type { Execution, ExecutionLog } from './execution-log.ts';
import type { Answered, History, HistoryEvent } from './history.ts';

/** A promise that was not kept. */
export interface Violation {
  /** R1 one answer, R3 right recipient, R5 at most once, R6 honest outcome. */
  readonly promise: 'R1' | 'R3' | 'R5' | 'R6';
  /** What was done, for programs. */
  readonly kind:
    | 'unanswered'
    | 'duplicate'
    | 'unasked'
    | 'foreign'
    | 'wrong_server'
    | 'repeated'
    | 'phantom'
    | 'false_no'
    | 'false_yes'
    | 'false_result'
    | 'false_refusal'
    | 'silent';
  /** Undefined where nobody asked. */
  readonly client?: string;
  readonly nonce?: string;
  /** For people: names the client, the nonce, and what contradicts what. */
  readonly sentence: string;
}

type Invoked = Extract<HistoryEvent, { readonly event: 'invoked' }>;

interface Call {
  readonly invoked: Invoked;
  readonly answers: Answered[];
  end?: 'cancelled' | 'refused';
}

const NOT_EXECUTED: readonly Execution[] = [];

/**
 * Joins what the clients were told with what the servers did, when all is quiet, and finds each contradiction.
 * @throws Error when the history itself is no history: an id or a nonce was used twice.
 */
export function check(history: History, executions: ExecutionLog): Violation[] {
  const { calls, violations } = collect(history);
  const known = new Set<string>();
  for (const call of calls) {
    const { nonce } = call.invoked;
    if (known.has(nonce)) throw new Error(`two calls have the nonce ${nonce}: nothing can be told of them`);
    known.add(nonce);
    violations.push(...checkCall(call, executions.get(nonce) ?? NOT_EXECUTED));
  }
  for (const [nonce, by] of executions) {
    if (known.has(nonce)) continue;
    const sentence = `nobody asked for nonce ${nonce}, but ${told(by)}`;
    violations.push({ promise: 'R5', kind: 'phantom', nonce, sentence });
  }
  return violations;
}

/** The calls in order, and the answers that belong to none of them. */
function collect(history: History): { calls: Iterable<Call>; violations: Violation[] } {
  const calls = new Map<string, Call>();
  const violations: Violation[] = [];
  for (const event of history) {
    const { client, id } = event;
    const key = JSON.stringify([client, id]);
    const call = calls.get(key);
    if (event.event === 'invoked') {
      if (call) throw new Error(`client ${client} used the id ${JSON.stringify(id)} twice`);
      calls.set(key, { invoked: event, answers: [] });
    } else if (event.event === 'answered') {
      if (call) call.answers.push(event.answer);
      else {
        const sentence = `client ${client} got an answer to the id ${JSON.stringify(id)}, which it had not used: ${said(event.answer)}`;
        violations.push({ promise: 'R3', kind: 'unasked', client, sentence });
      }
    } else {
      if (!call) throw new Error(`client ${client} never used the id ${JSON.stringify(id)}: ${event.event}`);
      call.end = event.event;
    }
  }
  return { calls: calls.values(), violations };
}

function checkCall({ invoked, answers, end }: Call, by: readonly Execution[]): Violation[] {
  const { client, nonce, id, server } = invoked;
  const who = `client ${client}, call ${JSON.stringify(id)}, nonce ${nonce}, for ${server}`;
  const found: Violation[] = [];
  const violated = (promise: Violation['promise'], kind: Violation['kind'], sentence: string) =>
    void found.push({ promise, kind, client, nonce, sentence: `${who}: ${sentence}` });

  if (answers.length === 0 && end === undefined) violated('R1', 'unanswered', `no answer; ${told(by)}`);
  if (answers.length > 1)
    violated('R1', 'duplicate', `${answers.length} answers: ${answers.map(said).join(', then ')}`);
  if (by.length > 1) violated('R5', 'repeated', told(by));
  const elsewhere = by.filter((execution) => execution.server !== server);
  if (elsewhere.length > 0) violated('R3', 'wrong_server', told(elsewhere));
  if (end === 'refused' && by.length > 0) violated('R6', 'false_refusal', `refused, but ${told(by)}`);
  for (const answer of answers) {
    const lie = lieOf(answer, nonce, by.length);
    if (lie) violated(lie === 'foreign' ? 'R3' : 'R6', lie, `${said(answer)}, but ${told(by)}`);
  }
  return found;
}

/** @param times how often it was executed; more than once is a fault of its own, and no lie of this answer */
function lieOf(answer: Answered, nonce: string, times: number): Violation['kind'] | undefined {
  if (answer.kind === 'result') {
    // Of a result that is another's, nothing can be told about this call.
    if (answer.text !== nonce) return 'foreign';
    return times === 0 ? 'false_result' : undefined;
  }
  if (answer.executed === 'unknown') return undefined;
  if (answer.executed === 'no') return times > 0 ? 'false_no' : undefined;
  if (answer.executed === 'yes') return times === 0 ? 'false_yes' : undefined;
  return 'silent';
}

function said(answer: Answered): string {
  return answer.kind === 'result'
    ? `the result ${JSON.stringify(answer.text)}`
    : `the error "${answer.message}" (executed: ${answer.executed ?? 'not said'})`;
}

function told(by: readonly Execution[]): string {
  if (by.length === 0) return 'no server executed it';
  const each = by.map(({ server, pid, run }) => `${server} (pid ${pid}, run ${run})`);
  return `it was executed ${by.length === 1 ? 'once' : `${by.length} times`}: ${each.join(', ')}`;
}
