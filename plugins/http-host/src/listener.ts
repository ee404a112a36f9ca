import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { listenLocally, SwitchyardError } from '@switchyard/plugin-api';
import { freePort } from './free-port.ts';
import { portOwner } from './port-owner.ts';
import { MAX_HEADERS } from './guards.ts';
import type { Address } from './listen-plan.ts';

/** How long and how much a client may take to say something. Milliseconds. */
export interface ListenerLimits {
  readonly headersTimeoutMs: number;
  /** For the request itself, body included; a response may last for hours. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often Node looks for clients that are too slow. */
  readonly checkEveryMs: number;
  readonly maxConnections: number;
  /** A connection without a request is closed so long after the listener, since one may be on its way. */
  readonly settlingMs: number;
  /** What is being answered when the listener closes may take so long. */
  readonly partingMs: number;
}

/** The default limits (docs/architecture.md, values). */
export const LISTENER_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  checkEveryMs: 2_000,
  maxConnections: 10_000,
  settlingMs: 50,
  partingMs: 500,
};

/** What the listeners of one host have seen. */
export interface ConnectionCounts {
  open: number;
  accepted: number;
  /** Closed at once, because `maxConnections` were open. */
  shed: number;
}

/** A listener that accepts connections. */
export interface Listener {
  /** None of a Unix socket. */
  readonly port: number | undefined;
  /** As a client on this machine would write it: `http://127.0.0.1:4620`, `http+unix://%2Frun%2Fadmin.sock`. */
  readonly url: string;
  /** The connections that are as asked for. */
  connections(isMeant: (socket: Socket) => boolean): readonly Socket[];
  /**
   * Accepts nothing new, closes what is idle when `settling` is over, and destroys what is left when `patience` is.
   * Resolves when nothing of it remains.
   */
  close(settling: Promise<void>, patience: Promise<void>): Promise<void>;
}

/**
 * Opens a plain HTTP listener.
 * @throws PORT_IN_USE, LISTEN_FAILED, SOCKET_UNUSABLE
 */
export async function openListener(
  address: Address,
  handle: RequestListener,
  counts: ConnectionCounts,
  limits: ListenerLimits,
): Promise<Listener> {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      // The guards say 400 themselves, with a body that tells why.
      requireHostHeader: false,
    },
    handle,
  );
  // One more than allowed, so that the guards see that there are too many.
  server.maxHeadersCount = MAX_HEADERS + 1;
  server.maxConnections = limits.maxConnections;
  // Whoever asks first (Expect: 100-continue) gets the guards' answer before sending a body.
  server.on('checkContinue', handle);
  const sockets = trackSockets(server, counts);
  const bound =
    address.kind === 'socket' ? await onSocket(server, address.path) : await onPort(server, address);
  // Without a listener an error of a listening server, like EMFILE in accept, would end the process.
  server.on('error', () => {
    counts.shed += 1;
  });
  return {
    port: bound.port,
    url: bound.url,
    connections: (isMeant) => [...sockets].filter(isMeant),
    async close(settling, patience) {
      // Not `server.close`, which would cut connections whose first request has not been read: first they are answered.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      await Promise.race([closed, settling]);
      server.close();
      await Promise.race([closed, patience]);
      const destroyed = [...sockets].map((socket) => {
        socket.destroy();
        return new Promise((resolve) => socket.once('close', resolve));
      });
      await Promise.all([closed, ...destroyed]);
      await bound.remove();
    },
  };
}

/** What is known of an address once somebody listens there. */
interface Bound extends Pick<Listener, 'port' | 'url'> {
  /** Takes away what closing the server leaves. */
  remove(): Promise<void>;
}

async function onSocket(server: Server, wished: string): Promise<Bound> {
  const { path, remove } = await listenLocally(server, wished);
  return { port: undefined, url: `http+unix://${encodeURIComponent(path)}`, remove };
}

async function onPort(server: Server, address: Extract<Address, { kind: 'tcp' }>): Promise<Bound> {
  await listening(server, address);
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://${reachable(address.host)}:${port}`, remove: () => Promise.resolve() };
}

function trackSockets(server: Server, counts: ConnectionCounts): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    counts.open += 1;
    counts.accepted += 1;
    socket.once('close', () => {
      sockets.delete(socket);
      counts.open -= 1;
    });
  });
  server.on('drop', () => {
    counts.shed += 1;
  });
  return sockets;
}

async function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const owner = await portOwner(port);
      const by = owner === undefined ? '' : ` by ${owner}`;
      const free = await freePort(host, port);
      throw new SwitchyardError('PORT_IN_USE', { host, port, by, free }, { cause: error });
    }
    throw new SwitchyardError('LISTEN_FAILED', { host, port, reason: message }, { cause: error });
  }
}

/** `0.0.0.0` is where one listens, not where one connects to; the guards refuse it as a Host. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
