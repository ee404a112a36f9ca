import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEverything, startServer } from './http-server.ts';
import { installed } from './places.ts';
import { freePort, tap } from './tap.ts';
import { afterThisTest } from './undo.ts';

/** A real server with a tool whose answer only this server can give. */
export interface Witness {
  /** Its entry in a configuration. */
  readonly entry: object;
  readonly tool: string;
  /** The arguments of call number `n`, and words of its right answer. */
  ask(n: number): { readonly args: Record<string, unknown>; readonly proof: string };
  /** What reached the server, where the answer alone does not tell two servers apart. */
  readonly heard?: readonly string[];
}

const run = promisify(execFile);

/**
 * Eight servers of five authors, five over stdio and three over HTTP.
 * @param callsOf the numbers of the calls that a server will have to answer.
 */
export async function witnesses(
  folder: string,
  callsOf: (name: string) => readonly number[],
): Promise<Readonly<Record<string, Witness>>> {
  return {
    files: await filesystem(path.join(folder, 'files'), callsOf('files')),
    memory: await graph(folder, 'memory', callsOf('memory'), (file) => ({
      command: installed('mcp-server-memory'),
      env: { MEMORY_FILE_PATH: file },
    })),
    knowledge: await graph(folder, 'knowledge', callsOf('knowledge'), (file) => ({
      command: installed('mcp-knowledge-graph'),
      args: ['--memory-path', file],
    })),
    time: time(),
    git: await git(path.join(folder, 'repository')),
    north: await everything('north'),
    south: await everything('south'),
    api: await api(folder),
  };
}

async function filesystem(folder: string, numbers: readonly number[]): Promise<Witness> {
  await mkdir(folder);
  await Promise.all(numbers.map((n) => writeFile(path.join(folder, `${n}.txt`), `file number ${n}\n`)));
  return {
    entry: { command: installed('mcp-server-filesystem'), args: [folder] },
    tool: 'read_text_file',
    ask: (n) => ({ args: { path: path.join(folder, `${n}.txt`) }, proof: `file number ${n}\\n` }),
  };
}

/** Two servers with the same tools, each with a memory of its own. */
async function graph(
  folder: string,
  name: string,
  numbers: readonly number[],
  entry: (file: string) => object,
): Promise<Witness> {
  const file = path.join(folder, `${name}.jsonl`);
  const entities = numbers.map((n) =>
    JSON.stringify({ type: 'entity', name: `e${n}`, entityType: 'call', observations: [`${n} in ${name}`] }),
  );
  await writeFile(file, entities.join('\n'));
  return {
    entry: entry(file),
    tool: 'open_nodes',
    ask: (n) => ({ args: { names: [`e${n}`] }, proof: `\\"${n} in ${name}\\"` }),
  };
}

function time(): Witness {
  const firstMs = Date.UTC(2001, 0, 1);
  return {
    entry: { command: installed('time-mcp'), env: { TZ: 'UTC' } },
    tool: 'get_timestamp',
    ask: (n) => {
      const ms = firstMs + n * 1_000;
      const words = new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
      return { args: { time: words }, proof: String(ms) };
    },
  };
}

/** Few repositories for many calls: each is a commit of its own, and each call starts a git. */
async function git(folder: string): Promise<Witness> {
  const repositories = 10;
  const identity = ['-c', 'user.name=story', '-c', 'user.email=story@example.org'];
  for (let k = 0; k < repositories; k += 1) {
    const repository = path.join(folder, `${k}`);
    await run('git', ['init', '--quiet', repository]);
    const commit = ['commit', '--quiet', '--allow-empty', '-m', `line ${k} opened`];
    await run('git', ['-C', repository, ...identity, ...commit]);
  }
  return {
    entry: { command: installed('mcp-git') },
    tool: 'git_log',
    ask: (n) => ({
      args: { repo_path: path.join(folder, `${n % repositories}`), max_count: 1 },
      proof: `line ${n % repositories} opened`,
    }),
  };
}

/** Two of one kind: what they answer is the same, so what each of them heard is the proof. */
async function everything(name: string): Promise<Witness> {
  const { url } = await startEverything();
  const { port, seen } = await tap(Number(new URL(url).port), /(north|south) hears \d+(?=")/g);
  return {
    entry: { url: `http://127.0.0.1:${port}/mcp` },
    tool: 'echo',
    ask: (n) => ({ args: { message: `${name} hears ${n}` }, proof: `Echo: ${name} hears ${n}"` }),
    heard: seen,
  };
}

/** A server that turns calls of tools into requests to an API, and that API. */
async function api(folder: string): Promise<Witness> {
  const listener = createServer(({ url = '' }, response) => response.end(`${path.basename(url)} at the API`));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => {
    listener.close();
    listener.closeAllConnections();
  });
  const specification = path.join(folder, 'api.json');
  await writeFile(specification, JSON.stringify(API));
  const port = await freePort();
  const base = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const { url } = await startServer(
    installed('openapi-mcp-server'),
    ['--api-base-url', base, '--openapi-spec', specification, '--transport', 'http', '--port', String(port)],
    {},
    (line) => /listening on (http\S+)/.exec(line)?.[1],
  );
  return {
    entry: { url },
    tool: 'echo',
    ask: (n) => ({ args: { nonce: `n${n}` }, proof: `n${n} at the API` }),
  };
}

const API = {
  openapi: '3.0.0',
  info: { title: 'An API', version: '1.0.0' },
  paths: {
    '/echo/{nonce}': {
      get: {
        operationId: 'echo',
        summary: 'Says what it was sent.',
        parameters: [{ name: 'nonce', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'said' } },
      },
    },
  },
};
