import { SwitchyardError, type AnyToken, type Token } from '@switchyard/plugin-api';
import { inject, injectable, type DependencyContainer } from 'tsyringe';
import { ROOT_CONTAINER } from './injection.ts';

interface Provider {
  readonly id: string;
  readonly by: string;
  readonly container: DependencyContainer;
}

/** Who provides which service. The value itself lives in the provider's container. */
@injectable()
export class Services {
  readonly #providers = new Map<symbol, Provider>();
  readonly #root: DependencyContainer;

  constructor(@inject(ROOT_CONTAINER) root: DependencyContainer) {
    this.#root = root;
  }

  /** A container for one plugin: it sees the services that the plugin needs, and takes those that it provides. */
  containerFor(needs: readonly AnyToken[]): DependencyContainer {
    const container = this.#root.createChildContainer();
    for (const need of needs) {
      const provider = this.#providers.get(need.key);
      if (provider !== undefined) {
        container.register(need.key, { useFactory: () => provider.container.resolve(need.key) });
      }
    }
    return container;
  }

  /**
   * Makes `value` the service behind `token`, and returns what takes it away again.
   * @throws PLUGIN_PROVIDER_DUPLICATE
   */
  provide<T>(token: Token<T>, value: T, by: string, container = this.#root): () => void {
    const other = this.#providers.get(token.key);
    if (other !== undefined) {
      const details = { first: other.by, second: by, token: token.id };
      throw new SwitchyardError('PLUGIN_PROVIDER_DUPLICATE', details);
    }
    // A factory, not `useValue`: tsyringe takes a value of null or undefined for no value at all.
    container.register(token.key, { useFactory: () => value });
    this.#providers.set(token.key, { id: token.id, by, container });
    return () => void this.#providers.delete(token.key);
  }

  has(token: AnyToken): boolean {
    return this.#providers.has(token.key);
  }

  /** The service behind a token, or undefined if nobody provides it now. */
  find<T>(token: Token<T>): T | undefined {
    return this.#providers.get(token.key)?.container.resolve<T>(token.key);
  }

  /** The tokens that are provided now. */
  provided(): readonly { readonly id: string; readonly key: symbol; readonly by: string }[] {
    return [...this.#providers].map(([key, { id, by }]) => ({ id, key, by }));
  }
}
