/*
 * An MCP server over stdio that does what a script says: `node scripted-server.js '<script as JSON>'`, or `@<file>` with it.
 * Without an SDK and on built-ins alone, so that no fault is softened by a library.
 */
import { appendFileSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { bytesOf, changed, NO_ANSWER, type Answer } from './answer.ts';
import { dueSteps } from './due-steps.ts';
import { answerTo, nonceOf, type Message } from './mcp-answers.ts';
import { processOutput } from './process-output.ts';
import type { Action, Script } from './script.ts';
import { perform, type Doing } from './side-effects.ts';

const argument = process.argv[2] ?? '{"runs":[]}';
const script = JSON.parse(
  argument.startsWith('@') ? readFileSync(argument.slice(1), 'utf8') : argument,
) as Script;
const run = countRun();
const due = dueSteps(script, run);
const output = processOutput();
const doing: Doing = { reading: true, stubborn: false };
const log = script.executionLog === undefined ? undefined : openSync(script.executionLog, 'a');
/** Answers that wait for more messages of their method. */
let late: { readonly method: string; readonly answer: Answer; left: number }[] = [];

finish(act(due.atStart, NO_ANSWER), 'start');
let rest: Buffer = Buffer.alloc(0);
process.stdin.on('data', (chunk: Buffer) => {
  let unread = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  for (let end = unread.indexOf(10); doing.reading && end >= 0; end = unread.indexOf(10)) {
    receive(unread.subarray(0, end).toString());
    unread = unread.subarray(end + 1);
  }
  rest = unread;
});
process.stdin.on('end', () => {
  if (!doing.stubborn) process.exit(0);
});

function receive(line: string): void {
  const message = parse(line);
  if (message === undefined) return;
  const { before, after } = due.at(message.method);
  const answer = act(before, answerTo(message));
  const nonce = nonceOf(message);
  if (nonce !== undefined && log !== undefined) writeSync(log, `${nonce}\t${process.pid}\t${run}\n`);
  sendLate(message.method);
  finish(act(after, answer), message.method);
}

/** @returns what the answer has become by then */
function act(actions: readonly Action[], first: Answer): Answer {
  let answer = first;
  for (const action of actions) {
    if (!('answer' in action)) perform(action, output, doing);
    else if (action.answer !== 'now') answer = changed(answer, action);
    else {
      send(answer);
      answer = { ...answer, times: 0 };
    }
  }
  return answer;
}

function finish(answer: Answer, method: string): void {
  if (answer.after > 0 && answer.times > 0) late.push({ method, answer, left: answer.after });
  else send(answer);
}

function sendLate(method: string): void {
  const ready = late.filter((one) => one.method === method && (one.left -= 1) === 0);
  late = late.filter(({ left }) => left > 0);
  for (const { answer } of ready) send(answer);
}

function send(answer: Answer): void {
  const bytes = answer.times > 0 ? bytesOf(answer) : undefined;
  for (let n = 0; bytes !== undefined && n < answer.times; n += 1) output.write(bytes);
}

/** Responses and what is no JSON are of no interest. */
function parse(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Partial<Message> | null;
    return typeof message?.method === 'string' ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

/** One byte for each start: it needs no lock, and survives whatever ends the process. */
function countRun(): number {
  if (script.runCount === undefined) return 1;
  appendFileSync(script.runCount, '.');
  return statSync(script.runCount).size;
}
