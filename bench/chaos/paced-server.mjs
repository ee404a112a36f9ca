/*
 * An MCP server on stdio that executes so many calls a second and no more: one after the other, in order. Argument: how
 * many. All else is answered at once.
 */
import { createAnswers } from '../fixtures/answers.mjs';

const A_SECOND = Number(process.argv[2]);
const TICK_MS = 5;
const answer = createAnswers({});
const waiting = [];
let rest = '';
let owed = 0;
let last = performance.now();

process.stdin.setEncoding('latin1');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    if (line.includes('"method":"tools/call"')) waiting.push(line);
    else write(line);
  }
});
process.stdin.on('end', () => process.exit(0));

// What a late tick owes is done with it; nobody to serve is no credit for later.
setInterval(() => {
  const now = performance.now();
  owed += ((now - last) * A_SECOND) / 1_000;
  last = now;
  for (; owed >= 1 && waiting.length > 0; owed -= 1) write(waiting.shift());
  if (waiting.length === 0) owed = Math.min(owed, 1);
}, TICK_MS);

function write(line) {
  const bytes = answer(line);
  if (bytes !== undefined) process.stdout.write(Buffer.concat([bytes, Buffer.from('\n')]));
}
