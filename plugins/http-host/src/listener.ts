import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SwitchyardError } from '@switchyard/plugin-api';
import { freePort } from './free-port.ts';
import { MAX_HEADERS } from './guards.ts';

/** How long and how much a client may take to say something. Milliseconds. */
export interface ListenerLimits {
  readonly headersTimeoutMs: number;
  /** For the request itself, body included; a response may last for hours. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often Node looks for clients that are too slow. */
  readonly checkEveryMs: number;
  readonly maxConnections: number;
}

/** The default limits (docs/architecture.md, values). */
export const LISTENER_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  checkEveryMs: 2_000,
  maxConnections: 10_000,
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
  readonly port: number;
  /** As a client on this machine would write it. */
  readonly url: string;
  /** Accepts nothing new and destroys what is open. Resolves when nothing of it remains. */
  close(): Promise<void>;
}

/**
 * Opens a plain HTTP listener.
 * @throws PORT_IN_USE, LISTEN_FAILED
 */
export async function openListener(
  address: { readonly host: string; readonly port: number },
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
  await listening(server, address);
  // Without a listener an error of a listening server, like EMFILE in accept, would end the process.
  server.on('error', () => {
    counts.shed += 1;
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${reachable(address.host)}:${port}`,
    async close() {
      const closed = [new Promise((resolve) => server.close(resolve))];
      for (const socket of sockets) {
        closed.push(new Promise((resolve) => socket.once('close', resolve)));
        socket.destroy();
      }
      await Promise.all(closed);
    },
  };
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
      throw new SwitchyardError(
        'PORT_IN_USE',
        { host, port, free: await freePort(host, port) },
        { cause: error },
      );
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
