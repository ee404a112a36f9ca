import {
  SwitchyardError,
  type ExtensionPoint,
  type Host,
  type Log,
  type Owned,
  type Token,
} from '@switchyard/plugin-api';
import { Subscription, from, tap, type Observable } from 'rxjs';
import type { ContributionRegistry } from './contributions.ts';
import type { LoadedPlugin } from './plugin-loader.ts';
import { reasonOf } from './reason-of.ts';
import type { Scope } from './scope.ts';
import type { Services } from './services.ts';

/** A scope that grows past this many things probably forgets to let go of them. */
const MANY = 1_000;

/** What a host is made of. */
export interface HostParts {
  readonly loaded: LoadedPlugin;
  readonly scope: Scope;
  readonly log: Log;
  readonly services: Services;
  readonly contributions: ContributionRegistry;
}

/**
 * A plugin's door to the system. Its functions need no `this`: plain JavaScript likes to write
 * `setup({ own, contribute })`.
 */
export function createPluginHost({ loaded, scope, log, services, contributions }: HostParts): Host {
  const { id, needs, provides } = loaded;
  const container = services.containerFor(needs);

  function get<T>(token: Token<T>): T {
    if (!needs.some((need) => need.key === token.key)) {
      throw new SwitchyardError('PLUGIN_NEED_UNDECLARED', { plugin: id, token: token.id });
    }
    return container.resolve<T>(token.key);
  }

  function provide<T>(token: Token<T>, value: T): void {
    scope.ensureOpen();
    if (!provides.some((each) => each.key === token.key)) {
      throw new SwitchyardError('PLUGIN_PROVIDE_UNDECLARED', { plugin: id, token: token.id });
    }
    own(services.provide(token, value, id, container), `service "${token.id}"`);
  }

  function contribute<T>(point: ExtensionPoint<T>, item: T): void {
    scope.ensureOpen();
    own(contributions.add(point, id, item), `contribution to "${point.id}"`);
  }

  function own<T extends Owned>(owned: T, label?: string): T {
    scope.own(owned, label);
    if (scope.size === MANY) {
      log.warn(`this plugin owns ${MANY} things: what ends by itself must not be owned one by one`);
    }
    return owned;
  }

  function observe<T>(stream$: Observable<T>, next: (value: T) => void): void {
    scope.ensureOpen();
    const subscription = new Subscription();
    const release = own(() => subscription.unsubscribe(), 'subscription');
    subscription.add(() => scope.disown(release));
    // What `next` throws inside `tap` becomes an error of this subscription alone; left to itself, RxJS would throw it
    // from a timer, and the process would end. `from`: the stream may be of another copy of RxJS.
    subscription.add(
      from(stream$)
        .pipe(tap(next))
        .subscribe({
          error: (error: unknown) => {
            log.error('a subscription of this plugin failed and has ended', { error: reasonOf(error) });
            subscription.unsubscribe();
          },
          complete: () => subscription.unsubscribe(),
        }),
    );
  }

  return {
    plugin: id,
    log,
    signal: scope.signal,
    get,
    provide,
    contribute,
    contributions: (point) => contributions.read(point),
    own,
    observe,
  };
}
