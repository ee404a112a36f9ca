import { connect, type Socket } from 'node:net';
import { readInstance } from './running.ts';

/** What is found in a state directory by whoever looks for a running instance's socket. */
export type LocalInstance =
  | { readonly kind: 'connected'; readonly socket: Socket }
  /** Nobody listens, or not yet. */
  | { readonly kind: 'absent' }
  /** Somebody runs, who has no door for clients that speak lines. */
  | { readonly kind: 'closed'; readonly pid: number };

/** Connects to the instance that keeps its state in `folder`. */
export async function connectInstance(folder: string): Promise<LocalInstance> {
  const instance = await readInstance(folder);
  if (instance === undefined) return { kind: 'absent' };
  const door = instance.endpoints.find(({ kind }) => kind === 'stdio');
  if (door?.url === undefined) return { kind: 'closed', pid: instance.pid };
  const socket = await connected(door.url.replace(/^unix:/, ''));
  return socket === undefined ? { kind: 'absent' } : { kind: 'connected', socket };
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    const fail = (): void => resolve(undefined);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
