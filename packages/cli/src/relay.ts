import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** How a relay ended. */
export type RelayEnd =
  /** The client said no more, or reads no more. */
  { readonly by: 'client' } | { readonly by: 'gateway'; readonly reason: string };

/** For so long the answers of a client that says no more are waited for; the gateway gives its calls up then. */
const PARTING_MS = 10_000;

/**
 * Carries bytes both ways between a client and the gateway, and looks into none of them: who reads slowly is written
 * to slowly. Resolves when nothing more comes from either.
 * @param socket connected, with `allowHalfOpen`.
 * @param partingMs how long a client that says no more may wait for its answers.
 */
export function relay(
  socket: Socket,
  { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  partingMs = PARTING_MS,
): Promise<RelayEnd> {
  return new Promise((resolve) => {
    let end: RelayEnd = { by: 'gateway', reason: 'it closed the connection' };
    let timer: NodeJS.Timeout | undefined;
    const clientLeft = (): void => {
      end = { by: 'client' };
    };
    stdin.once('end', () => {
      clientLeft();
      timer = setTimeout(() => socket.destroy(), partingMs);
    });
    stdin.once('error', () => {
      clientLeft();
      socket.destroy();
    });
    // Nobody reads what the gateway says: the client is gone, whatever its other pipe looks like.
    stdout.once('error', () => {
      clientLeft();
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (end.by === 'gateway') end = { by: 'gateway', reason: error.message };
    });
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => {
      clearTimeout(timer);
      stdin.unpipe(socket);
      // It would keep the process, which has nothing more to do.
      stdin.destroy();
      // What stdout has not written yet keeps the process until it has.
      resolve(end);
    });
    stdin.pipe(socket);
    // Our stdout is not ours to end: an error of ours may still be told there by the system.
    socket.pipe(stdout, { end: false });
  });
}
