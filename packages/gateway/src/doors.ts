import type { Supervisor } from '@switchyard/connection';
import type { Catalog, Clock, Door, Endpoint, Execute, OpenEndpoint } from '@switchyard/plugin-api';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { CatalogService } from './catalog-service.ts';

/** What stands behind every door. */
export interface DoorsParts {
  readonly execute: Execute;
  readonly catalog: Pick<CatalogService, 'listChanged$'> & Pick<Catalog, 'snapshot'>;
  readonly supervisor: Supervisor;
  /** How the gateway introduces itself to clients. */
  readonly info: Door['info'];
  readonly runId: string;
  readonly clock: Clock;
}

/** By which clients come, and how many are there. */
export class Doors {
  readonly #asked: Endpoint[] = [];
  #open: readonly OpenEndpoint[] = [];
  readonly #connected = new Map<Endpoint, number>();
  readonly #clients$ = new BehaviorSubject(0);
  #calls = 0;

  /** Those that were told to open, whether they did or not: each has to be closed. */
  get asked(): readonly Endpoint[] {
    return this.#asked;
  }

  /** Where clients can connect; empty until all doors are open. */
  get open(): readonly OpenEndpoint[] {
    return this.#open;
  }

  /** Clients connected now, by all doors. */
  get clients(): number {
    return this.#clients$.value;
  }

  /** Begins with the present; never errors. */
  get clients$(): Observable<number> {
    return this.#clients$;
  }

  /** One after the other; rejects with the first that does not open. */
  async openAll(endpoints: readonly Endpoint[], parts: DoorsParts): Promise<void> {
    const opened: OpenEndpoint[] = [];
    for (const endpoint of endpoints) {
      this.#asked.push(endpoint);
      opened.push({ kind: endpoint.kind, ...(await endpoint.open(this.#door(endpoint, parts))) });
    }
    this.#open = opened;
  }

  #door(endpoint: Endpoint, { execute, catalog, supervisor, info, runId, clock }: DoorsParts): Door {
    const run = runId.slice(0, 8);
    return {
      execute,
      newCallId: () => this.#newCallId(run),
      info,
      instructions: () => catalog.snapshot.instructions,
      listChanged$: catalog.listChanged$(clock),
      notices$: supervisor.notices$,
      setLogLevel: (session, level) => supervisor.setLogLevel(session, level),
      rootsChanged: (session) => supervisor.rootsChanged(session),
      connected: (clients) => this.#clientsOf(endpoint, clients),
      sessionEnded: (session) => supervisor.sessionEnded(session),
    };
  }

  #clientsOf(endpoint: Endpoint, clients: number): void {
    this.#connected.set(endpoint, clients);
    this.#clients$.next([...this.#connected.values()].reduce((sum, each) => sum + each, 0));
  }

  /** Unique among the runs of all gateways, for all that logs are good for, and cheap: each call needs one. */
  #newCallId(run: string): string {
    this.#calls += 1;
    return `${run}-${this.#calls.toString(36)}`;
  }
}
