import type { Observable } from 'rxjs';
import type { ExtensionPoint, Token } from './token.ts';

/** Something to undo: a function, or whatever `using` takes. */
export type Owned = (() => void | Promise<void>) | Disposable | AsyncDisposable;

/** Facts beside a log line. Values must be plain data; secrets never belong here. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log whose lines carry who wrote them. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with more facts on each line. */
  with(fields: LogFields): Log;
}

/** The items of one extension point, live: plugins that are set up later add theirs. */
export interface Contributions<T> {
  /** Now, in the order of contribution. */
  readonly items: readonly T[];
  /** Each item with the id of the plugin that contributed it, now. */
  readonly owned: readonly { readonly plugin: string; readonly item: T }[];
  /** Says that `items` changed; the present is not repeated on subscription. Never errors. */
  readonly changes$: Observable<readonly T[]>;
}

/** A plugin's only door to the system. Whatever is done through it is undone for the plugin, newest first. */
export interface Host {
  /** The id of the plugin it belongs to. */
  readonly plugin: string;
  readonly log: Log;
  /** Aborts when the plugin's scope begins to close. */
  readonly signal: AbortSignal;
  /**
   * A service named in `needs`.
   * @throws PLUGIN_NEED_UNDECLARED for a token that `needs` does not name.
   */
  get<T>(token: Token<T>): T;
  /**
   * Makes `value` the service behind a token named in `provides`.
   * @throws PLUGIN_PROVIDE_UNDECLARED for a token that `provides` does not name.
   */
  provide<T>(token: Token<T>, value: T): void;
  /** Adds an item to an extension point until the plugin's scope closes. */
  contribute<T>(point: ExtensionPoint<T>, item: T): void;
  /** The items of an extension point: for the plugin that gives the point its meaning. */
  contributions<T>(point: ExtensionPoint<T>): Contributions<T>;
  /** Registers what to undo, and returns it: `const child = host.own(spawn(…))`. `label` is what a leak report shows. */
  own<T extends Owned>(owned: T, label?: string): T;
  /** Subscribes until the scope closes. An exception in `next` is logged and ends this subscription only. */
  observe<T>(stream$: Observable<T>, next: (value: T) => void): void;
}
