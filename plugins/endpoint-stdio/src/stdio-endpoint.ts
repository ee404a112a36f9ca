import { createServer, type Server, type Socket } from 'node:net';
import type { ListKind, SessionParts } from '@switchyard/client-session';
import {
  type Clock,
  type Door,
  type Endpoint,
  listenLocally,
  type LocalSocket,
  type Log,
  type Notice,
  SwitchyardError,
} from '@switchyard/plugin-api';
import type { Era } from '@switchyard/protocol';
import { ClientLine } from './client-line.ts';
import { type EndpointCounts, newCounts, LINE_LIMITS, type LineLimits } from './limits.ts';
import type { EndpointOptions } from './options.ts';

/** What the endpoint is made of. */
export interface StdioEndpointParts {
  /** The wished path of its socket, absolute. */
  readonly socket: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly era: Era;
  readonly options: EndpointOptions;
  readonly limits?: Partial<LineLimits>;
}

/** The endpoint, and what its owner does with it. */
export interface StdioEndpoint extends Endpoint {
  readonly counts: Readonly<EndpointCounts>;
  /** Closes whatever is open, at once. */
  destroy(): Promise<void>;
}

/** How long the last answers may take to reach their clients, when the grace is over. */
const FAREWELL_MS = 500;

/** Listens on a Unix socket; each connection is a client (`client-line.ts`). */
export function createStdioEndpoint(parts: StdioEndpointParts): StdioEndpoint {
  const { clock, log, era, options } = parts;
  const limits = { ...LINE_LIMITS, ...parts.limits };
  const counts = newCounts();
  const lines = new Set<ClientLine>();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let place: LocalSocket | undefined;
  let unsubscribe = (): void => {};

  function accept(socket: Socket, door: Door, session: SessionParts): void {
    sockets.add(socket);
    const { maxMessageBytes, maxSessions } = options;
    const line = new ClientLine(socket, { clock, limits, counts, session, maxMessageBytes });
    if (lines.size >= maxSessions) {
      counts.clientsRefused += 1;
      socket.once('close', () => sockets.delete(socket));
      return line.refuse(
        new SwitchyardError('SESSION_LIMIT', { limit: maxSessions }, { remedy: 'close other clients' }),
      );
    }
    const count = (): void => {
      counts.clients = lines.size;
      door.connected(lines.size);
    };
    lines.add(line);
    count();
    void line.gone.then(() => {
      sockets.delete(socket);
      lines.delete(line);
      count();
    });
  }

  function subscribe(door: Door): () => void {
    const lists = door.listChanged$.subscribe((kind: ListKind) => {
      for (const { session } of lines) session?.listChanged(kind);
    });
    const notices = door.notices$.subscribe((notice: Notice) => {
      for (const { session } of lines) session?.notice(notice);
    });
    return () => {
      lists.unsubscribe();
      notices.unsubscribe();
    };
  }

  /** Nobody new comes in; resolves when everybody is gone. */
  async function shut(): Promise<void> {
    unsubscribe();
    const open = server;
    if (!open) return;
    server = undefined;
    await new Promise((resolve) => open.close(resolve));
    await place?.remove();
  }

  return {
    kind: 'stdio',
    counts,
    async open(door) {
      const session: SessionParts = {
        door,
        era: era.downstream,
        limits: { maxInFlight: options.maxInFlightPerSession, maxAsks: options.maxInFlightPerSession },
        counts,
      };
      const opened = createServer({ allowHalfOpen: true }, (socket) => accept(socket, door, session));
      place = await listenLocally(opened, parts.socket);
      // Without a listener an error of a listening server, like EMFILE in accept, would end the process.
      opened.on('error', () => void (counts.clientsRefused += 1));
      server = opened;
      unsubscribe = subscribe(door);
      return { url: `unix:${place.path}` };
    },
    async close(graceMs) {
      const left = shut();
      for (const line of lines) line.drain();
      let cancelTimer = clock.after(graceMs, () => {
        for (const line of lines) line.abandon('the gateway is stopping');
        // Who reads has the answers by then.
        cancelTimer = clock.after(FAREWELL_MS, () => {
          for (const socket of sockets) socket.destroy();
        });
      });
      await left;
      cancelTimer();
      log.info('closed', { ...counts });
    },
    async destroy() {
      for (const socket of sockets) socket.destroy();
      await shut();
    },
  };
}
