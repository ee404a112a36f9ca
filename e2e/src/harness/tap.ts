import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterThisTest } from './undo.ts';

/** A TCP connection through the test: bytes pass as they are, and what a server was sent is written down. */
export interface Tap {
  readonly port: number;
  /** Each match of the pattern, in whatever order it was sent. */
  readonly seen: readonly string[];
}

/** Longer than anything that is looked for. */
const OVERLAP = 200;

/** Forwards connections to a port of this machine, and writes down each match of `pattern` in what is sent there. */
export async function tap(to: number, pattern: RegExp): Promise<Tap> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {}).on('close', () => [near, far].forEach((end) => end.destroy()));
    }
    let rest = '';
    near.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      let end = 0;
      for (const match of rest.matchAll(pattern)) {
        seen.push(match[0]);
        end = match.index + match[0].length;
      }
      // A match may begin in one packet and end in the next.
      rest = rest.slice(Math.max(end, rest.length - OVERLAP));
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (listener.address() as AddressInfo).port, seen };
}

/** A port that nobody listens at now, for servers that have to be told one. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
