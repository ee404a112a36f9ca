import { once, setMaxListeners } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { planOf, sliced, type ConnectionPlan, type PlannedEnd } from './connection-plan.ts';
import type { Toxic, Way } from './toxic.ts';

const LOOPBACK = '127.0.0.1';
const MAX_CONNECTIONS = 1_024;
/** Before a RST, for the bytes before it: Node takes bytes and a RST that it finds together for the end of a stream. */
const READ_MS = 5;

export interface ChaosProxyOptions {
  /** The port of the server, on 127.0.0.1. */
  readonly to: number;
  /** With the number of a connection it decides what is done to it. */
  readonly seed: number;
  readonly toxics: readonly Toxic[];
  /** Further ones get a RST. Default: 1,024 at once. */
  readonly maxConnections?: number;
}

/** What has happened so far. */
export interface ChaosCounts {
  /** Since the beginning; those above the limit are not among them. */
  connections: number;
  open: number;
  /** Above the limit. */
  refused: number;
  /** The server could not be reached: the client got a RST. */
  unreached: number;
  /** Bytes that were passed on. */
  up: number;
  down: number;
  /** Toxics that took effect. */
  cut: number;
  reset: number;
  blackhole: number;
}

export interface ChaosProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly counts: Readonly<ChaosCounts>;
  /** Other toxics for connections from now on, whose numbers go on. */
  use(toxics: readonly Toxic[]): void;
  /** Ends all connections at once; resolves when none is left. */
  close(): Promise<void>;
}

/**
 * A TCP proxy that does to connections what networks do, by seed and count: the same connection with the same bytes
 * meets the same fate in every run. Only `latency` and `bandwidth` know time. It speaks to this machine alone.
 */
export async function openChaosProxy(options: ChaosProxyOptions): Promise<ChaosProxy> {
  const { to, seed, maxConnections = MAX_CONNECTIONS } = options;
  let { toxics } = options;
  const closing = new AbortController();
  // As many as there are chunks that wait.
  setMaxListeners(0, closing.signal);
  const open = new Set<Socket>();
  const counts: ChaosCounts = {
    connections: 0,
    open: 0,
    refused: 0,
    unreached: 0,
    up: 0,
    down: 0,
    cut: 0,
    reset: 0,
    blackhole: 0,
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => {});
    if (counts.open >= maxConnections) {
      counts.refused += 1;
      reset(client);
      return;
    }
    counts.connections += 1;
    counts.open += 1;
    const plan = planOf(seed, counts.connections, toxics);
    const upstream = connect({ port: to, host: LOOPBACK, allowHalfOpen: true, noDelay: true });
    upstream.on('error', () => {});
    let reached = false;
    upstream.once('connect', () => (reached = true));
    open.add(client).add(upstream);
    const left = (socket: Socket, other: Socket, hadError: boolean) => {
      open.delete(socket);
      if (!open.has(other)) counts.open -= 1;
      // A reset is passed on as one; the end of a stream is passed on by whoever read it.
      else if (hadError) reset(other);
    };
    client.once('close', (hadError) => left(client, upstream, hadError));
    upstream.once('close', (hadError) => {
      if (hadError && !reached) counts.unreached += 1;
      left(upstream, client, hadError);
    });
    const link: Link = { plan, counts, signal: closing.signal, ended: undefined };
    void pass('up', client, upstream, link);
    void pass('down', upstream, client, link);
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    use: (others) => void (toxics = others),
    async close() {
      closing.abort();
      const closed = [...open, server].map((each) => once(each, 'close'));
      server.close();
      for (const socket of open) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** What both ways of a connection share. */
interface Link {
  readonly plan: ConnectionPlan;
  readonly counts: ChaosCounts;
  readonly signal: AbortSignal;
  /** The planned end that has come: nothing is passed on any more. */
  ended: PlannedEnd['toxic'] | undefined;
}

/** Passes on what comes until one side ends, or the plan says so. No more than a chunk is held here. */
async function pass(way: Way, from: Socket, to: Socket, link: Link): Promise<void> {
  const { plan, counts } = link;
  const end = plan.ends[way];
  let passed = 0;
  try {
    if (end?.after === 0) await finish(end, from, to, link);
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const slice of sliced(chunk, plan.sliceBytes)) {
        // What comes after a planned end is read and forgotten, so that nobody waits for room.
        if (link.ended !== undefined) break;
        await delay(slice.length, link);
        const allowed = end === undefined ? slice : slice.subarray(0, end.after - passed);
        if (link.ended !== undefined || to.destroyed) break;
        passed += allowed.length;
        counts[way] += allowed.length;
        await new Promise((taken) => to.write(allowed, taken));
        if (end !== undefined && passed >= end.after) await finish(end, from, to, link);
      }
    }
    if (link.ended === 'blackhole') forget(from, to);
    else if (link.ended === undefined) to.end();
  } catch {
    // It was reset, or everything is being closed: `close` of the socket tells the other side.
  }
}

async function delay(bytes: number, { plan, signal }: Link): Promise<void> {
  const { latency, bytesPerSecond, random } = plan;
  const late = latency === undefined ? 0 : latency.ms + random() * latency.jitterMs;
  const ms = late + (bytes / bytesPerSecond) * 1_000;
  if (ms > 0) await wait(ms, undefined, { signal });
}

async function finish({ toxic, after }: PlannedEnd, from: Socket, to: Socket, link: Link): Promise<void> {
  if (link.ended !== undefined) return;
  link.ended = toxic;
  link.counts[toxic] += 1;
  if (toxic === 'blackhole') return;
  if (toxic === 'reset' && after > 0) await wait(READ_MS, undefined, { signal: link.signal });
  for (const socket of [to, from]) {
    if (toxic === 'reset') reset(socket);
    else socket.end();
  }
}

/** Whoever waited in a blackhole has given up: nothing is left to hold. */
function forget(from: Socket, to: Socket): void {
  from.destroy();
  to.destroy();
}

/**
 * A RST and nothing else. `resetAndDestroy()` ends the stream first, and whoever reads sees a FIN; what it sets before
 * that is all that `destroy()` needs.
 */
function reset(socket: Socket): void {
  if (socket.connecting) socket.resetAndDestroy();
  else Object.assign(socket, { resetAndClosing: true }).destroy();
}
