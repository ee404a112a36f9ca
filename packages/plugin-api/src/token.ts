/**
 * A typed name for a service that one plugin provides and others use.
 * Made by `createToken`; compared by `key`, so two copies of this package in one tree still agree.
 */
export interface Token<T> {
  readonly id: string;
  readonly key: symbol;
  /** Only for the type checker: never set. */
  readonly carries?: (value: T) => T;
}

/** A typed list that plugins add items to and their owner reads, for example all transports. */
export interface ExtensionPoint<T> {
  readonly id: string;
  readonly key: symbol;
  /** Only for the type checker: never set. */
  readonly collects?: (item: T) => T;
}

/** A token of whatever type, as `needs` and `provides` list them. */
export type AnyToken = Pick<Token<unknown>, 'id' | 'key'>;

/** Names a service. `id` is what errors and `plugins --tree` show, kebab-case, unique in an installation. */
export function createToken<T>(id: string): Token<T> {
  return { id, key: Symbol.for(`switchyard:token:${id}`) };
}

/** Names a list that plugins contribute to. `id` is kebab-case, unique in an installation. */
export function createExtensionPoint<T>(id: string): ExtensionPoint<T> {
  return { id, key: Symbol.for(`switchyard:point:${id}`) };
}
