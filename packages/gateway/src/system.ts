import { randomUUID } from 'node:crypto';
import { causeOf, type Supervisor } from '@switchyard/connection';
import { ConfigurationStore, Kernel } from '@switchyard/kernel';
import {
  answer,
  calls,
  catalog,
  catalogs,
  clock as clockToken,
  endpoints,
  failed,
  httpHost,
  ledger as ledgerToken,
  interceptors,
  logs,
  observers,
  policies,
  random as randomToken,
  redact as redactToken,
  reload as reloadToken,
  routers,
  serverAspects,
  servers,
  status as statusToken,
  store,
  SwitchyardError,
  transports,
  type Clock,
  type Execute,
  type Log,
  type OpenEndpoint,
  type Random,
  type Reload,
  type ReloadResult,
  type Status,
} from '@switchyard/plugin-api';
import type { Observable } from 'rxjs';
import { assemble } from './assemble.ts';
import { CatalogService } from './catalog-service.ts';
import type { Configuration } from './configuration/index.ts';
import { Doors } from './doors.ts';
import type { Gateway, GatewayOptions } from './gateway-types.ts';
import { CLOCK, inject, injectable, LOG_BOOK, OPTIONS, RANDOM, REDACTOR, SECRETS } from './injection.ts';
import { rememberInstance } from './instance-file.ts';
import { openHistory, type HistoryKeeper } from './history/history-keeper.ts';
import { Ledger } from './ledger.ts';
import type { LogBook } from './log-book.ts';
import { PolicyService } from './policies/policy-service.ts';
import { maskError } from './redaction/mask-error.ts';
import { maskProblem } from './redaction/mask-view.ts';
import type { LiveRedactor } from './redaction/live-redactor.ts';
import type { Redactor } from './redaction/redactor.ts';
import { createReloader } from './reload/create-reloader.ts';
import { reloadRoute } from './reload/reload-route.ts';
import type { Reloader } from './reload/reloader.ts';
import { watchFiles, type FileWatch } from './reload/watch-files.ts';
import { theOnly, transportsOf } from './roles.ts';
import { shutDown, type Shutdown } from './shutdown.ts';
import { ServerService } from './server-service.ts';
import { planCatalog, planServers } from './server-plan.ts';
import { StartBarrier } from './start-barrier.ts';
import { statusRoutes } from './status-route.ts';

/** How gateway and clients introduce it. */
const NAME = 'switchyard';
const TITLE = 'Switchyard';

/** The running system: start reads from top to bottom as the story of a boot, stop undoes it in reverse. */
@injectable()
export class System implements Gateway {
  readonly #options: GatewayOptions;
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #book: LogBook;
  readonly #redact: Redactor;
  readonly #secrets: LiveRedactor;
  readonly log: Log;
  readonly #ledger: Ledger;
  readonly #configuration: ConfigurationStore<Configuration>;
  readonly #reloader: Reloader;
  #watch: FileWatch | undefined;
  #isStarted = false;
  readonly #runId = randomUUID();
  readonly #startedAt: number;
  /** Asked for before the boot, so that the kernel can tell which contributions nobody reads. */
  readonly #contributed;
  readonly catalog: CatalogService;
  readonly servers: ServerService;
  readonly #doors = new Doors();
  #admin: string | undefined;
  #pipeline: Execute = notYet;
  readonly #barrier = new StartBarrier();
  /** What became of servers in all runs; undefined without a state directory. */
  #history: HistoryKeeper | undefined;
  #supervisor: Supervisor | undefined;
  #stopping: Promise<void> | undefined;
  #shutdown: Shutdown | undefined;

  constructor(
    @inject(OPTIONS) options: GatewayOptions,
    @inject(Kernel) kernel: Kernel,
    @inject(CLOCK) clock: Clock,
    @inject(RANDOM) random: Random,
    @inject(LOG_BOOK) book: LogBook,
    @inject(REDACTOR) redact: Redactor,
    @inject(SECRETS) secrets: LiveRedactor,
    @inject(Ledger) ledger: Ledger,
    @inject(CatalogService) catalogService: CatalogService,
    @inject(ServerService) serverService: ServerService,
  ) {
    this.#options = options;
    this.#kernel = kernel;
    this.#contributed = {
      transports: kernel.contributions(transports),
      endpoints: kernel.contributions(endpoints),
      catalogs: kernel.contributions(catalogs),
      routers: kernel.contributions(routers),
      interceptors: kernel.contributions(interceptors),
      observers: kernel.contributions(observers),
      serverAspects: kernel.contributions(serverAspects),
    };
    this.#clock = clock;
    this.#random = random;
    this.#book = book;
    this.log = book.log;
    this.#redact = redact;
    this.#secrets = secrets;
    this.#ledger = ledger;
    this.#configuration = new ConfigurationStore(options.configuration);
    this.#startedAt = clock.date();
    this.catalog = catalogService;
    this.servers = serverService;
    this.#reloader = createReloader({
      configuration: this.#configuration,
      env: options.env ?? process.env,
      apply: (next) => this.#replaceConfiguration(next),
      refusal: () => this.#noReloadBecause(),
      redact,
      clock,
      log: this.log,
    });
  }

  get endpoints(): readonly OpenEndpoint[] {
    return this.#doors.open;
  }

  get reload(): Reload {
    return this.#reloader;
  }

  get reloads$(): Observable<ReloadResult> {
    return this.#reloader.results$;
  }

  get clients$(): Observable<number> {
    return this.#doors.clients$;
  }

  readonly execute: Execute = (call, sink) => this.#pipeline(call, sink);

  async start(): Promise<void> {
    try {
      await this.#bootPlugins();
      await this.#openCatalog();
      await this.#openHistory();
      const supervisor = this.#assemble();
      await this.#openDoors(supervisor);
      // After the doors: a port that is taken must not have cost a process.
      this.#startServers(supervisor);
      this.#barrier.lift();
      await this.#rememberInstance();
      this.#isStarted = true;
      this.#watchFiles();
    } catch (error) {
      this.#barrier.fail(error);
      await this.stop().catch((second: unknown) =>
        this.log.error('undoing the boot failed', { error: second }),
      );
      throw maskError(error, this.#redact);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  stopWaitsFor(): readonly string[] {
    return this.#shutdown?.waitsFor() ?? [];
  }

  status(): Status {
    const { file, revision } = this.#configuration.current.value;
    const { last } = this.#reloader;
    return {
      version: this.#options.version,
      pid: process.pid,
      nodeVersion: process.version,
      startedAt: this.#startedAt,
      uptimeMs: Math.round(this.#clock.date() - this.#startedAt),
      ready: this.#isReady,
      revision,
      ...(last && { reload: last }),
      config: file,
      stateDir: this.#kernel.find(store)?.folder,
      endpoints: this.#doors.open,
      plugins: this.#kernel.plugins.map(({ problem, ...report }) => ({
        ...report,
        ...(problem && { problem: maskProblem(causeOf(problem).problem, this.#redact) }),
      })),
      servers: this.servers.list(),
      problems: this.catalog.snapshot.problems,
      ledger: this.#ledger.balance,
      clients: this.#doors.clients,
    };
  }

  /** Clients can connect. */
  get #isReady(): boolean {
    return this.#doors.open.length > 0 && !this.#stopping;
  }

  get #introduction() {
    return { name: NAME, title: TITLE, version: this.#options.version };
  }

  async #bootPlugins(): Promise<void> {
    this.#kernel.provide(clockToken, this.#clock);
    this.#kernel.provide(randomToken, this.#random);
    this.#kernel.provide(servers, this.servers);
    this.#kernel.provide(catalog, this.catalog);
    this.#kernel.provide(calls, this.execute);
    this.#kernel.provide(logs, this.#book);
    this.#kernel.provide(statusToken, () => this.status());
    this.#kernel.provide(ledgerToken, () => this.#ledger.balance);
    this.#kernel.provide(redactToken, this.#redact);
    this.#kernel.provide(policies, new PolicyService(this.#configuration.snapshot$));
    this.#kernel.provide(reloadToken, this.#reloader);
    await this.#kernel.boot(this.#options.plugins);
  }

  async #openCatalog(): Promise<void> {
    const provider = theOnly(catalogs, this.#contributed.catalogs, '@switchyard/catalog-memory');
    await this.catalog.open(provider);
    this.#configuration.snapshot$.subscribe(({ value, revision }) => {
      // The first time it is part of the boot, later the fault of a plugin is its own.
      if (revision === 1) return this.catalog.configure(planCatalog(value));
      try {
        this.catalog.configure(planCatalog(value));
      } catch (error) {
        this.log.error('the catalog did not take the reloaded configuration', { error });
      }
    });
  }

  /** Before there are servers: what they become goes on from what they were. */
  async #openHistory(): Promise<void> {
    const kept = this.#kernel.find(store);
    if (!kept) return;
    const history = await openHistory({
      store: kept,
      clock: this.#clock,
      log: this.log,
      servers: () => this.#configuration.current.value.servers.map(({ name }) => name),
    });
    this.#history = history;
    this.servers.changes$.subscribe((view) => history.follow(view));
  }

  #assemble(): Supervisor {
    const { supervisor, pipeline } = assemble({
      contributed: this.#contributed,
      introduction: this.#introduction,
      limits: this.#configuration.current.value.limits,
      ledger: this.#ledger,
      barrier: this.#barrier,
      history: this.#history,
      onLists: (server, lists) => {
        this.catalog.put(server, lists);
        this.servers.listsRead(server);
      },
      redact: this.#redact,
      clock: this.#clock,
      random: this.#random,
      log: this.log,
    });
    this.#pipeline = pipeline;
    this.#supervisor = supervisor;
    return supervisor;
  }

  async #openDoors(supervisor: Supervisor): Promise<void> {
    const host = this.#kernel.find(httpHost);
    const routes = statusRoutes({
      status: () => this.status(),
      isReady: () => this.#isReady,
      servers: () => this.servers.list(),
    });
    for (const route of [...routes, reloadRoute(this.#reloader)]) host?.mount(route);
    await this.#doors.openAll(this.#contributed.endpoints.items, {
      execute: this.execute,
      catalog: this.catalog,
      supervisor,
      info: this.#introduction,
      runId: this.#runId,
      clock: this.#clock,
    });
    this.#admin = await host?.listen('admin');
  }

  async #rememberInstance(): Promise<void> {
    await rememberInstance(this.#kernel.find(store), {
      pid: process.pid,
      startedAt: this.#startedAt,
      runId: this.#runId,
      endpoints: this.#doors.open,
      ...(this.#admin !== undefined && { admin: this.#admin }),
    });
  }

  #startServers(supervisor: Supervisor): void {
    const kinds = transportsOf(this.#contributed.transports);
    this.servers.attach(supervisor, this.#contributed.serverAspects);
    this.#configuration.snapshot$.subscribe(({ value }) => {
      const desired = planServers(value, {
        transports: kinds,
        knows: (name) => this.catalog.snapshot.knows(name),
        folder: value.folder,
        runId: this.#runId,
        maxMessageBytes: value.limits.maxResponseBytes,
        clock: this.#clock,
        log: this.log,
      });
      const eager = desired.filter(({ start, enabled, problem }) => start === 'eager' && enabled && !problem);
      this.servers.expect(eager.map(({ name }) => name));
      supervisor.apply(desired);
    });
  }

  /** Why there can be no reload now, if so. */
  #noReloadBecause(): string | undefined {
    if (this.#stopping) return 'the gateway is stopping';
    return this.#isStarted ? undefined : 'the gateway is starting';
  }

  #replaceConfiguration(next: Configuration): void {
    // Before anything is said of a server that has them.
    if (this.#secrets.learn(next.secrets)) this.servers.secretsLearned();
    this.#book.configure(next.logging);
    const before = this.#configuration.current.value.listen.http.tokens ?? {};
    if (this.#supervisor) this.#supervisor.limits = next.limits;
    this.#configuration.replace(next);
    this.#kernel.find(httpHost)?.replaceTokens?.(before, next.listen.http.tokens ?? {});
  }

  #watchFiles(): void {
    const { file, revision } = this.#configuration.current.value;
    if (!this.#options.watch || file === undefined || this.#stopping) return;
    this.#watch = watchFiles({
      files: () => [file, ...this.#configuration.current.value.envFiles],
      onChange: () => this.#reloader.apply(),
      clock: this.#clock,
      log: this.log,
      known: revision,
    });
  }

  async #stop(): Promise<void> {
    this.#watch?.close();
    this.#shutdown = shutDown({
      doors: this.#doors.asked,
      supervisor: this.#supervisor,
      history: this.#history,
      kernel: this.#kernel,
      runId: this.#runId,
      clock: this.#clock,
    });
    const failures = await this.#shutdown.done;
    if (failures.length === 0) return;
    throw maskError(new AggregateError(failures, 'the gateway did not stop cleanly'), this.#redact);
  }
}

/** The pipeline before it is built: a plugin that calls during its set-up is told so. */
const notYet: Execute = (call, sink) => {
  const error = new SwitchyardError('UPSTREAM_UNAVAILABLE', { server: 'the gateway', state: 'starting' });
  return answer(sink, failed(call, error, { executed: 'no', phase: 'admission' }));
};
