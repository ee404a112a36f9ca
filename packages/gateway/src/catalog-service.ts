import {
  SwitchyardError,
  type Catalog,
  type CatalogDelta,
  type CatalogProvider,
  type CatalogRepository,
  type CatalogServer,
  type CatalogSnapshot,
  type Clock,
  type ServerLists,
} from '@switchyard/plugin-api';
import { Observable, Subject } from 'rxjs';

/** How long to gather changes before clients are told: servers that start together are one change. */
const QUIET_MS = 250;

/** A list, as clients are told of its change. */
export type ChangedList = 'tools' | 'prompts' | 'resources';

/** The catalog that everybody reads: the installed catalog plugin, with its changes as a stream. */
export class CatalogService implements Catalog {
  readonly #changes = new Subject<CatalogDelta>();
  #repository: CatalogRepository | undefined;

  get changes$(): Observable<CatalogDelta> {
    return this.#changes.asObservable();
  }

  get snapshot(): CatalogSnapshot {
    return this.#repository?.snapshot ?? EMPTY_CATALOG;
  }

  /** Opens what the plugin keeps; what it remembers is there from now on. @throws PLUGIN_INVALID */
  async open(provider: CatalogProvider): Promise<void> {
    const repository = await provider.open();
    const missing = METHODS.filter((method) => typeof repository.snapshot[method] !== 'function');
    if (missing.length > 0) {
      const reason = `the snapshot of its catalog lacks ${missing.join(', ')}`;
      throw new SwitchyardError('PLUGIN_INVALID', { plugin: provider.name, reason });
    }
    this.#repository = repository;
  }

  configure(servers: readonly CatalogServer[]): void {
    this.#tell(this.#repository?.configure(servers));
  }

  put(server: string, lists: ServerLists): void {
    this.#tell(this.#repository?.put(server, lists));
  }

  /** The lists that changed, gathered for a moment; for as many listeners as there are doors. */
  listChanged$(clock: Clock): Observable<ChangedList> {
    return new Observable((subscriber) => {
      const changed = new Set<ChangedList>();
      let cancelTimer: (() => void) | undefined;
      const subscription = this.#changes.subscribe((delta) => {
        for (const list of listsOf(delta)) changed.add(list);
        cancelTimer ??= clock.after(QUIET_MS, () => {
          cancelTimer = undefined;
          const lists = [...changed];
          changed.clear();
          for (const list of lists) subscriber.next(list);
        });
      });
      return () => {
        subscription.unsubscribe();
        cancelTimer?.();
      };
    });
  }

  #tell(delta: CatalogDelta | undefined): void {
    if (delta && Object.keys(delta).length > 0) this.#changes.next(delta);
  }
}

function listsOf(delta: CatalogDelta): ChangedList[] {
  return [
    ...(delta.tools ? (['tools'] as const) : []),
    ...(delta.prompts ? (['prompts'] as const) : []),
    ...(delta.resources || delta.resourceTemplates ? (['resources'] as const) : []),
  ];
}

/** The catalog before it is open. */
export const EMPTY_CATALOG: CatalogSnapshot = {
  revision: 0,
  entries: () => [],
  resolve: () => undefined,
  resolveUri: () => undefined,
  page: () => undefined,
  nearest: () => [],
  knows: () => false,
  counts: () => ({ tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 }),
  instructions: undefined,
  problems: [],
};

const METHODS = ['entries', 'resolve', 'resolveUri', 'page', 'nearest', 'knows', 'counts'] as const;
