import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openChaosProxy, type ChaosProxy } from './chaos-proxy.ts';
import type { Toxic } from './toxic.ts';

// Bounds waits for events that never come; no test waits for time.
jest.setTimeout(30_000);

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

/** What a client was given, and how it ended. */
interface Heard {
  readonly text: string;
  readonly end: 'fin' | 'reset';
}

interface Client {
  readonly socket: Socket;
  readonly ended: Promise<Heard>;
  said(bytes: number): Promise<void>;
}

async function listening(serve: (socket: Socket) => void): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => {
    sockets.forEach((socket) => socket.destroy());
    return void server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** Gives back what it gets, and ends when its client does. */
const echo = (socket: Socket) => void socket.pipe(socket);

async function proxyOf(to: number, toxics: readonly Toxic[], more = {}): Promise<ChaosProxy> {
  const proxy = await openChaosProxy({ to, seed: 1, toxics, ...more });
  undo.push(() => proxy.close());
  return proxy;
}

function speakTo(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  undo.push(() => void socket.destroy());
  let text = '';
  const waiting = new Set<() => void>();
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    waiting.forEach((look) => look());
  });
  const ended = new Promise<Heard>((resolve) => {
    socket.on('end', () => resolve({ text, end: 'fin' }));
    socket.on('error', () => resolve({ text, end: 'reset' }));
  });
  const said = (bytes: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (text.length >= bytes) resolve();
      };
      waiting.add(look);
      look();
    });
  return { socket, ended, said };
}

describe('a chaos proxy', () => {
  it('passes all bytes both ways, and the end of each way for itself', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, []);
    const client = speakTo(proxy.port);
    const large = 'x'.repeat(3_000_000);
    client.socket.end(large);
    expect(await client.ended).toEqual({ text: large, end: 'fin' });
    expect(proxy.counts).toMatchObject({ connections: 1, up: 3_000_000, down: 3_000_000, cut: 0, reset: 0 });
  });

  it('ends an answer after so many bytes', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'cut', after: 5 }]);
    const client = speakTo(proxy.port);
    client.socket.write('0123456789');
    expect(await client.ended).toEqual({ text: '01234', end: 'fin' });
    expect(proxy.counts).toMatchObject({ cut: 1, down: 5 });
  });

  it('lets a server have but a part of what it is told', async () => {
    const { port, sockets } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'cut', after: 5, way: 'up' }]);
    const client = speakTo(proxy.port);
    client.socket.write('0123456789');
    expect((await client.ended).end).toBe('fin');
    if (!sockets[0]!.readableEnded) await once(sockets[0]!, 'end');
    expect(sockets.map(({ bytesRead }) => bytesRead)).toEqual([5]);
  });

  // Node takes bytes and a RST that it finds together for the end of a stream: on each side, only who has nothing left
  // to read sees the RST for certain.
  it('resets the side of the client', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'reset', after: 5, way: 'up' }]);
    const client = speakTo(proxy.port);
    client.socket.write('0123456789');
    expect(await client.ended).toEqual({ text: '', end: 'reset' });
    await proxy.close();
    expect(proxy.counts).toMatchObject({ reset: 1, open: 0, up: 5, down: 0 });
  });

  it('resets the side of the server', async () => {
    let reset: Promise<NodeJS.ErrnoException> | undefined;
    const { port } = await listening((socket) => {
      reset = new Promise((resolve) => socket.once('error', resolve));
      echo(socket);
    });
    const proxy = await proxyOf(port, [{ toxic: 'reset', after: 5 }]);
    const client = speakTo(proxy.port);
    client.socket.write('0123456789');
    expect((await client.ended).text).toBe('01234');
    expect((await reset)?.code).toBe('ECONNRESET');
    await proxy.close();
    expect(proxy.counts).toMatchObject({ reset: 1, open: 0 });
  });

  it('resets a connection that it has hardly taken', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'reset', after: 0, to: 1 }]);
    expect(await speakTo(proxy.port).ended).toEqual({ text: '', end: 'reset' });
    const client = speakTo(proxy.port);
    client.socket.end('well');
    expect(await client.ended).toEqual({ text: 'well', end: 'fin' });
  });

  it('swallows everything both ways, tells nobody, and holds nothing of who gives up', async () => {
    const { port, sockets } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'blackhole', after: 4 }]);
    const client = speakTo(proxy.port);
    client.socket.write('0123456789');
    await client.said(4);
    // More than any buffer on the way holds: it is read by somebody.
    client.socket.write('y'.repeat(8_000_000));
    await once(client.socket, 'drain');
    const [upstream] = sockets;
    expect(upstream!.readableEnded).toBe(false);
    expect(proxy.counts).toMatchObject({ blackhole: 1, down: 4, open: 1 });
    expect(upstream!.bytesRead).toBe(10);
    client.socket.destroy();
    await once(upstream!, 'close');
    expect(proxy.counts.open).toBe(0);
  });

  it('cuts what it passes into small pieces, and delays them, without losing one', async () => {
    const { port } = await listening(echo);
    const toxics: Toxic[] = [
      { toxic: 'slice', bytes: 3 },
      { toxic: 'latency', ms: 1, jitterMs: 2 },
      { toxic: 'bandwidth', bytesPerSecond: 100_000 },
    ];
    const proxy = await proxyOf(port, toxics);
    const client = speakTo(proxy.port);
    const sizes: number[] = [];
    client.socket.on('data', (piece: string) => sizes.push(piece.length));
    const beganAt = performance.now();
    client.socket.end('0123456789'.repeat(3));
    expect((await client.ended).text).toBe('0123456789'.repeat(3));
    // Ten pieces of at least a millisecond, one after the other; a timer may be a little early.
    expect(performance.now() - beganAt).toBeGreaterThan(8);
    expect(Math.max(...sizes)).toBeLessThan(30);
  });

  it('passes a reset on as a reset, and a server that is not there as one too', async () => {
    const { port } = await listening(
      (socket) => void socket.once('data', () => Object.assign(socket, { resetAndClosing: true }).destroy()),
    );
    const proxy = await proxyOf(port, []);
    const client = speakTo(proxy.port);
    client.socket.write('x');
    expect((await client.ended).end).toBe('reset');
    const nowhere = await listening(echo);
    const gone = await proxyOf(nowhere.port, []);
    await undo.splice(-2, 1)[0]!();
    expect((await speakTo(gone.port).ended).end).toBe('reset');
    expect(gone.counts.unreached).toBe(1);
  });

  it('has a limit of connections, and takes others when one has gone', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, [], { maxConnections: 1 });
    const first = speakTo(proxy.port);
    first.socket.write('a');
    await first.said(1);
    expect((await speakTo(proxy.port).ended).end).toBe('reset');
    first.socket.end();
    await first.ended;
    await proxy.close();
    expect(proxy.counts).toMatchObject({ connections: 1, refused: 1, open: 0 });
  });

  it('ends everything when it is closed, and does other things when it is told', async () => {
    const { port } = await listening(echo);
    const proxy = await proxyOf(port, [{ toxic: 'blackhole', after: 0 }]);
    const swallowed = speakTo(proxy.port);
    await once(swallowed.socket, 'connect');
    proxy.use([]);
    const client = speakTo(proxy.port);
    client.socket.write('b');
    await client.said(1);
    await proxy.close();
    await Promise.all([client.ended, swallowed.ended]);
    expect(proxy.counts.open).toBe(0);
  });
});
