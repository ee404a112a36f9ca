import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endsOf, messageOf } from './message-text.mjs';
import { HELLO, INITIALIZED } from './requests.mjs';

const ID = /"id":(\d+)/;

/** A legacy MCP session over the pipes of a server of its own: what a call costs without any proxy. */
export async function openStdioLink({ command, args, env }) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  const failAll = (failed) => {
    for (const done of waiting.values()) done({ failed });
    waiting.clear();
  };
  child.on('error', ({ message }) => failAll(message));
  child.on('exit', () => failAll('the server ended'));
  child.stdin.on('error', () => undefined);
  let pieces = [];
  let length = 0;
  child.stdout.on('data', (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      pieces.push(chunk.subarray(start, end));
      const answer = { status: 200, pieces, length: length + end - start };
      pieces = [];
      length = 0;
      start = end + 1;
      const id = Number(ID.exec(endsOf(answer))?.[1]);
      const done = waiting.get(id);
      waiting.delete(id);
      done?.(answer);
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      length += chunk.length - start;
    }
  });
  const send = (_lane, id, body, done) => {
    waiting.set(id, done);
    child.stdin.write(`${body}\n`, 'latin1');
  };
  const hello = await new Promise((resolve) => send(0, 1, HELLO, resolve));
  if (hello.failed !== undefined) throw new Error(hello.failed);
  child.stdin.write(`${INITIALIZED}\n`);
  return {
    send,
    message: messageOf,
    async close() {
      const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.stdin.end();
      await exit;
    },
  };
}
