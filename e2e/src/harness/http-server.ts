import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fixture, installed } from './places.ts';
import { freePort } from './tap.ts';
import { afterThisTest } from './undo.ts';
import { within } from './within.ts';

/** An MCP server that listens on a socket, in a process of its own; ended with the test. */
export interface HttpServer {
  /** Of its endpoint. */
  readonly url: string;
  readonly pid: number;
  /** Ends it at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a fixture that prints its URL as its first line. */
export async function startFixture(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<HttpServer> {
  return startServer(process.execPath, [fixture(file)], env, (line) => line);
}

/** Starts the protocol's own server of everything over HTTP. */
export async function startEverything(): Promise<HttpServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  return startServer(
    installed('mcp-server-everything'),
    ['streamableHttp'],
    { PORT: String(port) },
    (line) => (line.includes('listening') ? url : undefined),
  );
}

/**
 * Starts a server and waits for the line by which it says that it listens.
 * @param urlOf gives the URL, if this line of its output is that one.
 */
export async function startServer(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  urlOf: (line: string) => string | undefined,
): Promise<HttpServer> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  afterThisTest(kill);
  const said: string[] = [];
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const url = urlOf(line);
        if (url !== undefined) resolve(url);
      });
    }
  });
  const ended = gone.then(() => Promise.reject(new Error(`${command} ended: ${said.join('\n')}`)));
  const what = () => `word from ${command} that it listens; it said: ${said.join('\n')}`;
  const url = await within(30_000, what, Promise.race([listening, ended]));
  ended.catch(() => {});
  return { url, pid: child.pid!, kill };
}
