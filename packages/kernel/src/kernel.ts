import {
  SwitchyardError,
  type AnyToken,
  type Clock,
  type Contributions,
  type ExtensionPoint,
  type Log,
  type Token,
} from '@switchyard/plugin-api';
import { bootOrder, needMissing } from './boot-order.ts';
import { ContributionRegistry } from './contributions.ts';
import { OPTIONS, ROOT_SCOPE } from './injection.ts';
import { keepAlive } from './keep-alive.ts';
import type { KernelOptions, PluginReference } from './kernel-options.ts';
import { LATE, limitOf, within, type Patience } from './limit.ts';
import { pluginError, setUpError } from './plugin-error.ts';
import { createPluginHost } from './plugin-host.ts';
import { PluginLoader, type LoadedPlugin, type UnloadedPlugin } from './plugin-loader.ts';
import { reportOf, type PluginReport } from './plugin-report.ts';
import { reasonOf } from './reason-of.ts';
import { createRootContainer } from './root-container.ts';
import type { Scope } from './scope.ts';
import { Services } from './services.ts';

/** How messages call whoever made this kernel. */
const ROOT = 'Switchyard itself';

/** A plugin that was asked for, and what became of it. */
type Member =
  | { readonly state: 'ready'; readonly loaded: LoadedPlugin; readonly scope: Scope; readonly bootMs: number }
  | {
      readonly state: 'failed';
      readonly failed: UnloadedPlugin;
      readonly bootMs: number;
      readonly problem: SwitchyardError;
    };

type Failure = Pick<Extract<Member, { state: 'failed' }>, 'failed' | 'problem'> & {
  readonly bootMs?: number;
};

/** Installs plugins in order, gives each a scope of its own, and undoes them. Knows nothing of what they do. */
export class Kernel implements AsyncDisposable {
  readonly #log: Log;
  readonly #clock: Clock;
  /** For the set-up of one plugin, and for undoing one. */
  readonly #patience: Patience;
  readonly #loader: PluginLoader;
  readonly #services: Services;
  readonly #contributions: ContributionRegistry;
  readonly #scope: Scope;
  readonly #members: Member[] = [];
  #phase: 'new' | 'booting' | 'running' = 'new';
  #closed: Promise<void> | undefined;

  constructor(options: KernelOptions) {
    const container = createRootContainer(options);
    const { log, clock, bootTimeoutMs } = container.resolve(OPTIONS);
    this.#log = log;
    this.#clock = clock;
    this.#patience = { clock, ms: bootTimeoutMs };
    this.#loader = container.resolve(PluginLoader);
    this.#services = container.resolve(Services);
    this.#contributions = container.resolve(ContributionRegistry);
    this.#scope = container.resolve(ROOT_SCOPE);
  }

  /**
   * Makes `value` a service that plugins may need. Before `boot`.
   * @throws PLUGIN_PROVIDER_DUPLICATE; BUG once the boot has begun.
   */
  provide<T>(token: Token<T>, value: T): void {
    this.#ensureNew(`"${token.id}" was provided`);
    this.#scope.own(this.#services.provide(token, value, ROOT), `service "${token.id}"`);
  }

  /**
   * Loads all plugins, orders them by their needs, and sets them up one after another.
   *
   * All or nothing: if one fails that is not `optional`, those that were set up are undone, newest first, and the
   * kernel is closed. What undoing them then fails at is logged.
   * @throws the PLUGIN_* error of the first that failed, or what its own set-up threw with a code; SCOPE_CLOSED if
   * `close` was called meanwhile. Further failures are logged; `plugins` tells them all.
   */
  async boot(references: readonly PluginReference[]): Promise<void> {
    this.#ensureNew('it was booted');
    this.#phase = 'booting';
    const letGo = keepAlive();
    try {
      const loaded = await this.#load(references);
      for (const each of this.#inOrder(loaded)) await this.#setUp(each);
      this.#ensureOpen();
    } catch (error) {
      await this.close().catch((failures: unknown) => this.#logTeardown(failures));
      throw error;
    } finally {
      letGo();
    }
    this.#phase = 'running';
    this.#warnOfUnread();
  }

  /** @throws PLUGIN_NEED_MISSING if nobody provides it now. */
  get<T>(token: Token<T>): T {
    if (!this.#services.has(token)) {
      throw new SwitchyardError('PLUGIN_NEED_MISSING', { plugin: ROOT, token: token.id });
    }
    return this.#services.find(token) as T;
  }

  /** The service, or undefined if nobody provides it now. */
  find<T>(token: Token<T>): T | undefined {
    return this.#services.find(token);
  }

  /** The items of an extension point, live. Asked for before or during the boot, they do not count as unread. */
  contributions<T>(point: ExtensionPoint<T>): Contributions<T> {
    return this.#contributions.read(point);
  }

  /** Every plugin that was asked for: in the order of set-up, or of failing. */
  get plugins(): readonly PluginReport[] {
    return this.#members.map((member) => {
      const { state, bootMs } = member;
      if (state === 'failed') {
        return reportOf(member.failed, { state, bootMs, contributes: [], holds: [] }, member.problem);
      }
      const contributes = this.#contributions.pointsOf(member.loaded.id);
      const holds = member.scope.holds().map((held) => held.label);
      return reportOf(member.loaded, { state, bootMs, contributes, holds });
    });
  }

  /**
   * Undoes all plugins, the newest first and of each the newest thing first. None can hold it up for longer than the
   * boot timeout. Later calls give the same promise.
   * @throws AggregateError of one PLUGIN_TEARDOWN_FAILED for each thing that could not be undone.
   */
  close(): Promise<void> {
    return (this.#closed ??= this.#closeOnce());
  }

  /** What `close` waits for at the moment, for people; undefined when there is nothing. */
  get undoing(): string | undefined {
    return this.#scope.undoing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #load(references: readonly PluginReference[]): Promise<readonly LoadedPlugin[]> {
    const loadings = await Promise.all(references.map((reference) => this.#loader.load(reference)));
    this.#fail(loadings.filter((loading) => loading.kind === 'failed'));
    return loadings.flatMap((loading) => (loading.kind === 'loaded' ? [loading.loaded] : []));
  }

  #inOrder(plugins: readonly LoadedPlugin[]): readonly LoadedPlugin[] {
    const { order, misfits } = bootOrder(plugins, this.#services.provided());
    this.#fail(misfits.map(({ loaded, problem }) => ({ failed: loaded, problem })));
    return order;
  }

  async #setUp(loaded: LoadedPlugin): Promise<void> {
    this.#ensureOpen();
    const scope = this.#scope.child(loaded.id, this.#patience);
    const began = this.#clock.now();
    try {
      await this.#runSetUp(loaded, scope);
      this.#members.push({ state: 'ready', loaded, scope, bootMs: this.#clock.now() - began });
    } catch (thrown) {
      const bootMs = this.#clock.now() - began;
      await scope.close().catch((failures: unknown) => this.#logTeardown(failures));
      this.#fail([{ failed: loaded, problem: setUpError(loaded.reference, loaded.id, thrown), bootMs }]);
    }
  }

  async #runSetUp(loaded: LoadedPlugin, scope: Scope): Promise<void> {
    const { id, plugin, reference, needs, provides, config } = loaded;
    const missing = needs.find((token) => !this.#services.has(token));
    if (missing !== undefined) throw needMissing(loaded, missing, this.#failedProvider(missing));

    const log = this.#log.with({ plugin: id });
    const host = createPluginHost({
      loaded,
      scope,
      log,
      services: this.#services,
      contributions: this.#contributions,
    });
    const limit = limitOf(this.#patience);
    try {
      if ((await within(plugin.setup(host, config), limit)) === LATE) {
        throw pluginError('PLUGIN_SETUP_TIMEOUT', reference, { plugin: id, seconds: limit.ms / 1000 });
      }
    } finally {
      limit.end();
    }
    const unkept = provides.find((token) => !this.#services.has(token));
    if (unkept !== undefined) {
      throw pluginError('PLUGIN_PROVIDE_MISSING', reference, { plugin: id, token: unkept.id });
    }
  }

  /** An optional plugin that failed in its set-up takes its services with it. */
  #failedProvider({ key }: AnyToken): UnloadedPlugin | undefined {
    const failed = this.#members.flatMap((member) => (member.state === 'failed' ? [member.failed] : []));
    return failed.find(({ provides = [] }) => provides.some((token) => token.key === key));
  }

  /** Takes failures down, and throws the first that the boot cannot go on without. */
  #fail(failures: readonly Failure[]): void {
    const fatal = failures.find(({ failed }) => !failed.optional);
    for (const failure of failures) {
      const { failed, problem, bootMs = 0 } = failure;
      this.#members.push({ state: 'failed', failed, problem, bootMs });
      if (failure === fatal) continue;
      const { number: code, where, why, remedy, message } = problem;
      this.#log[failed.optional ? 'warn' : 'error'](message, { plugin: failed.id, code, where, why, remedy });
    }
    if (fatal !== undefined) throw fatal.problem;
  }

  #warnOfUnread(): void {
    for (const { point, plugins } of this.#contributions.unread()) {
      const {
        message,
        number: code,
        remedy,
      } = new SwitchyardError('PLUGIN_CONTRIBUTION_UNREAD', {
        plugin: plugins.join(', '),
        point,
      });
      this.#log.warn(message, { code, remedy });
    }
  }

  #logTeardown(failures: unknown): void {
    for (const failure of failures instanceof AggregateError ? failures.errors : [failures]) {
      const ours = SwitchyardError.is(failure) ? failure : undefined;
      this.#log.error(reasonOf(failure), { plugin: ours?.details['plugin'], code: ours?.number });
    }
  }

  async #closeOnce(): Promise<void> {
    const letGo = keepAlive();
    try {
      await this.#scope.close();
    } finally {
      letGo();
    }
  }

  #ensureNew(what: string): void {
    this.#ensureOpen();
    if (this.#phase !== 'new')
      throw new SwitchyardError('BUG', { what: `${what} after the kernel's boot had begun` });
  }

  #ensureOpen(): void {
    if (this.#scope.signal.aborted) throw new SwitchyardError('SCOPE_CLOSED', { scope: this.#scope.label });
  }
}
