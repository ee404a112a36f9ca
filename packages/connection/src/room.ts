import { SwitchyardError } from '@switchyard/plugin-api';
import type { Connection } from './connection.ts';
import type { DesiredServer } from './desired-server.ts';
import type { Upstream } from './upstream.ts';

/** How many there may be at once, over all servers. */
export interface RoomLimits {
  readonly maxProcesses: number;
  readonly maxConnections: number;
}

/**
 * What there is room for. All connections count: primary ones, others' own, those that begin beside another, and those
 * that end.
 */
export class Room {
  #limits: RoomLimits;
  /** Every server of which something may be left. */
  readonly #all = new Set<Upstream>();
  /** Connections that wait for room, in the order in which they found none, and whose they are. */
  readonly #crowded = new Map<Connection, Upstream>();

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** What is there stays, even where it is more than there may be from now on. */
  set limits(limits: RoomLimits) {
    this.#limits = limits;
    this.offer();
  }

  add(upstream: Upstream): void {
    this.#all.add(upstream);
    this.note(upstream);
  }

  /** Something of a server may have begun to wait for room. */
  note(upstream: Upstream): void {
    for (const connection of upstream.connections) {
      if (!connection.isCrowded) this.#crowded.delete(connection);
      else if (!this.#crowded.has(connection)) this.#crowded.set(connection, upstream);
    }
  }

  /** Nothing is left of it. */
  delete(upstream: Upstream): void {
    this.#all.delete(upstream);
    this.offer();
  }

  /** Why a connection of this server's may not open now. */
  problemFor({ name: server, remote = false }: DesiredServer): SwitchyardError | undefined {
    const { maxProcesses, maxConnections } = this.#limits;
    const { connections, processes } = this.#left();
    const full = (limit: number, what: string, key: string) =>
      new SwitchyardError('PROCESS_LIMIT', { server, limit, what, key });
    if (connections <= 0) return full(maxConnections, 'connections', 'maxConnections');
    if (processes <= 0 && !remote) return full(maxProcesses, 'processes', 'maxProcesses');
    return undefined;
  }

  /** Tells as many of those that wait as there is room for; who comes too late waits again. */
  offer(): void {
    if (this.#crowded.size === 0) return;
    let { connections, processes } = this.#left();
    for (const [connection, upstream] of [...this.#crowded]) {
      // It waits no more, or was forgotten by its server.
      if (!connection.isCrowded || !this.#all.has(upstream)) {
        this.#crowded.delete(connection);
        continue;
      }
      const isProcess = upstream.desired.remote !== true;
      if (connections <= 0 || (isProcess && processes <= 0)) continue;
      connections -= 1;
      if (isProcess) processes -= 1;
      connection.tell({ type: 'due' });
    }
  }

  /** How many more there may be of each. */
  #left(): { readonly connections: number; readonly processes: number } {
    let { maxConnections: connections, maxProcesses: processes } = this.#limits;
    for (const upstream of this.#all) {
      for (const { holds } of upstream.connections) {
        if (holds !== 'nothing') connections -= 1;
        if (holds === 'process') processes -= 1;
      }
    }
    return { connections, processes };
  }
}
