import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Message } from './rpc.ts';
import { SHARED_CAPABILITIES, type Command } from './sdk-client.ts';
import { afterThisTest } from './undo.ts';
import { within } from './within.ts';

/** Asks a server without a gateway and without an SDK in between. */
export interface DirectPeer {
  request(method: string, params?: object): Promise<Message>;
}

/** Starts a server and shakes hands with it, declaring what the gateway does. */
export async function askDirectly({ command, args = [], env = {} }: Command): Promise<DirectPeer> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, (message: Message) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    if (typeof message.id === 'number') waiting.get(message.id)?.(message);
  });
  afterThisTest(async () => void child.kill('SIGKILL'));
  const write = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let ids = 0;
  const request: DirectPeer['request'] = (method, params = {}) => {
    const id = (ids += 1);
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    write({ id, method, params });
    return within(30_000, `answer to ${method}`, answer);
  };
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: SHARED_CAPABILITIES,
    clientInfo: { name: 'story', version: '1.0.0' },
  });
  write({ method: 'notifications/initialized' });
  return { request };
}
