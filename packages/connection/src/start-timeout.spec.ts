import { describe, expect, it } from '@jest/globals';
import { causeOfLoss } from './cause.ts';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';
import { ScriptedWire } from './spec-wire.ts';
import { startTimeout } from './start-timeout.ts';

/** The cause of a start that took too long, of a server that said this. */
function timeoutOf(lastWords: { stderr?: string; doubt?: string } | undefined) {
  const script = { take: () => {}, opening: Promise.resolve(), holdsClose: false, info: { pid: 7 } };
  const wire = Object.assign(new ScriptedWire(script), lastWords && { lastWords });
  return startTimeout('files', 30, { wire, dropped: 0, stray: undefined }).problem;
}

describe('a start that takes too long', () => {
  it('is told with the last lines that the server printed', () => {
    expect(timeoutOf({ stderr: 'one\ntwo\nthree\nwaiting for the database\n' }).why).toBe(
      'the process is alive, pid 7; its last words: two | three | waiting for the database',
    );
    expect(timeoutOf(undefined).why).toBe('the process is alive, pid 7');
  });

  it('is told with what is doubtful in the entry first', () => {
    expect(timeoutOf({ doubt: 'put "-y" first' }).remedy).toBe(
      'put "-y" first; if that is not it: check that the command starts an MCP server on stdin and stdout, and logs to stderr only; if it only needs longer: "startupTimeout": "5m"',
    );
  });
});

it('a loss is told with what is doubtful in the entry first', () => {
  const loss = { cause: 'exited with code 0', doubt: 'write "-i"', stderr: 'bye\n' };
  expect(causeOfLoss('files', loss, false).problem).toMatchObject({
    why: 'its last words: bye',
    remedy: expect.stringMatching(/^write "-i"; if that is not it: read what it printed/),
  });
});

it('of a server that prints on stdout five lines are quoted, and one of them is a warning', async () => {
  const { server, log, connection } = await ready();
  for (let count = 1; count <= 20; count += 1) server.wire.push(`noise ${count}`);
  await settled();
  const quoting = log.lines.filter((line) => line.includes('noise'));
  expect(quoting.map((line) => line.split(' ')[0])).toEqual(['warn', 'debug', 'debug', 'debug', 'debug']);
  expect(connection.session?.dropped).toBe(20);
});
