import {
  SwitchyardError,
  type Catalog,
  type Clock,
  type Contributions,
  type Log,
  type ServerAspect,
  type Servers,
  type ServerView,
} from '@switchyard/plugin-api';
import type { Supervisor, UpstreamView } from '@switchyard/connection';
import { Subject, type Observable } from 'rxjs';
import { CatalogService } from './catalog-service.ts';
import { ServerAspects } from './server-aspects.ts';
import { CLOCK, inject, injectable, LOG, REDACTOR } from './injection.ts';
import { maskError } from './redaction/mask-error.ts';
import { viewMask } from './redaction/mask-view.ts';
import type { Redactor } from './redaction/redactor.ts';

/** The states of all servers, as everybody reads them: the supervisor's, with what the catalog knows of each. */
@injectable()
export class ServerService implements Servers {
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #redact: Redactor;
  #mask: (view: ServerView) => ServerView;
  readonly #changes = new Subject<ServerView>();
  #supervisor: Supervisor | undefined;
  /** What plugins know of servers. */
  #aspects: ServerAspects | undefined;
  /** Servers that start by themselves. */
  #eager: ReadonlySet<string> = new Set();
  /** Those of them whose lists were read or whose first start failed, since they were last desired. */
  readonly #settled = new Set<string>();
  /** Servers whose lists were read in this run of the gateway; the others' are remembered. */
  readonly #read = new Set<string>();

  constructor(
    @inject(CatalogService) catalog: Catalog,
    @inject(CLOCK) clock: Clock,
    @inject(LOG) log: Log,
    @inject(REDACTOR) redact: Redactor,
  ) {
    this.#catalog = catalog;
    this.#clock = clock;
    this.#log = log;
    this.#redact = redact;
    this.#mask = viewMask(redact);
  }

  get changes$(): Observable<ServerView> {
    return this.#changes.asObservable();
  }

  /** Begins to tell of this supervisor's servers. */
  attach(supervisor: Supervisor, aspects: Contributions<ServerAspect>): void {
    this.#supervisor = supervisor;
    this.#aspects = new ServerAspects(aspects, this.#log);
    this.#aspects.changes$.subscribe((name) => this.#tell(supervisor.view(name)));
    supervisor.changes$.subscribe((view) => {
      if (STILL_COMING.has(view.phase)) this.#settled.delete(view.name);
      else this.#settled.add(view.name);
      this.#tell(view);
    });
  }

  /** Names the servers that start by themselves: the ones that `listed` waits for. */
  expect(eager: readonly string[]): void {
    this.#eager = new Set(eager);
  }

  /** Texts that were masked may hold what is a secret from now on. */
  secretsLearned(): void {
    this.#mask = viewMask(this.#redact);
  }

  /** The lists of a server were read. */
  listsRead(name: string): void {
    this.#read.add(name);
    const view = this.#supervisor?.view(name);
    if (view) this.#changes.next(this.#complete(view));
  }

  list(): readonly ServerView[] {
    return (this.#supervisor?.views() ?? []).map((view) => this.#complete(view));
  }

  listed(ms: number, quietMs = Infinity): Promise<void> {
    if (this.#allSettled()) return Promise.resolve();
    return new Promise((resolve) => {
      let cancelQuiet: () => void = () => {};
      const done = () => {
        subscription.unsubscribe();
        cancelQuiet();
        cancelLimit();
        resolve();
      };
      const listenForQuiet = () => {
        cancelQuiet();
        if (this.#settled.size > 0 && quietMs < ms) cancelQuiet = this.#clock.after(quietMs, done);
      };
      const cancelLimit = this.#clock.after(ms, done);
      let settled = this.#settled.size;
      const subscription = this.#changes.subscribe(() => {
        if (this.#allSettled()) return done();
        if (this.#settled.size !== settled) listenForQuiet();
        settled = this.#settled.size;
      });
      listenForQuiet();
    });
  }

  async start(name: string): Promise<void> {
    this.#attached().start(name);
  }

  async stop(name: string): Promise<void> {
    await this.#attached().stop(name);
  }

  async restart(name: string): Promise<void> {
    const supervisor = this.#attached();
    const stopped = supervisor.stop(name);
    supervisor.start(name);
    await stopped;
  }

  async refresh(name: string): Promise<void> {
    try {
      await this.#attached().refresh(name);
    } catch (error) {
      // It repeats what the server said.
      throw maskError(error, this.#redact);
    }
  }

  async probe(name: string): Promise<boolean> {
    return this.#supervisor?.probe(name) ?? false;
  }

  #tell(view: UpstreamView | undefined): void {
    if (!view) return;
    try {
      this.#changes.next(this.#complete(view));
    } catch (error) {
      // The catalog is somebody's plugin: its fault must not end the process.
      this.#log.error('a change of a server was not told', { server: view.name, error });
    }
  }

  #allSettled(): boolean {
    for (const name of this.#eager) {
      if (!this.#settled.has(name) && !this.#catalog.snapshot.knows(name)) return false;
    }
    return true;
  }

  #complete(view: UpstreamView): ServerView {
    const { snapshot } = this.#catalog;
    return this.#mask({
      ...(this.#aspects?.addTo(view) ?? view),
      catalog: snapshot.counts(view.name),
      remembered: snapshot.knows(view.name) && !this.#read.has(view.name),
    });
  }

  #attached(): Supervisor {
    if (this.#supervisor) return this.#supervisor;
    throw new SwitchyardError('SERVER_UNKNOWN', { server: '', known: 'none yet: the gateway is starting' });
  }
}

const STILL_COMING: ReadonlySet<string> = new Set(['idle', 'starting', 'negotiating']);
