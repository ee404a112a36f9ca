import type {
  Catalog,
  Clock,
  Definition,
  Logs,
  Reload,
  ServerView,
  Servers,
  Status,
} from '@switchyard/plugin-api';
import type { GraphQLSchema } from 'graphql';

/** What the HTTP side serves. */
export interface AdminApi {
  readonly schema: GraphQLSchema;
  /** The context of one operation. `principal`: whose token it came with. */
  contextFor(principal: string): AdminContext;
}

/** What resolvers see beside their parent and arguments; the resolvers of other plugins are promised `principal` alone. */
export interface AdminContext {
  readonly principal: string;
  readonly servers: Servers;
  readonly catalog: Catalog;
  readonly logs: Logs;
  readonly clock: Clock;
  readonly reload: Reload;
  /** The present, read once a tick: the fields of one answer agree. */
  status(): Status;
  /** A configured server, from the same snapshot. */
  serverNamed(name: string): ServerView | undefined;
  /** Masks the secrets of the configuration in the words of a server. */
  redact(text: string): string;
  /** What a server says of one item, without these secrets, parsed at most once an operation. Empty where it is no JSON object. */
  definitionOf(definition: Definition): Readonly<Record<string, unknown>>;
  /** Adds to the count of events that slow subscribers missed. */
  missed(count: number): void;
}

/** What events come from; an Observable is one, and so is what resolvers derive from one. */
export interface Source<T> {
  subscribe(next: (value: T) => void): { unsubscribe(): void };
}

/** An event on its way to a subscriber, and how many were lost for this subscriber just before it. */
export interface Delivered<T> {
  readonly value: T;
  readonly dropped: number;
}
