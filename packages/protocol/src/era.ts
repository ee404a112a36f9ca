import type {
  Call,
  CatalogKind,
  Client,
  LogLevel,
  Outcome,
  Payload,
  RpcId,
  WireMessage,
} from '@switchyard/plugin-api';
import type { Frame } from './frame.ts';

/** What an era puts on a wire: a message without what only the wire's side knows. */
export type Message = Pick<WireMessage, 'segments' | 'kind' | 'id' | 'method' | 'name' | 'protocolVersion'>;

/** Who we are, towards a server. */
export interface Introduction {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
  /** The client capabilities that this connection declares. */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** What the opening of a session settled. */
export interface Agreement {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly instructions?: string;
}

/** A message from a server, sorted by what it means; `ignored` is legal and says nothing to us. */
export type FromServer =
  | { readonly kind: 'response'; readonly id: RpcId; readonly frame: Frame }
  | { readonly kind: 'progress'; readonly token: RpcId; readonly params: Payload }
  | { readonly kind: 'log'; readonly params: Payload }
  | { readonly kind: 'listChanged'; readonly kinds: readonly CatalogKind[] }
  | { readonly kind: 'updated'; readonly params: Payload }
  /** The server withdraws a request of its own. */
  | { readonly kind: 'withdrawn'; readonly id: RpcId }
  | { readonly kind: 'ping'; readonly id: RpcId }
  | { readonly kind: 'ask'; readonly id: RpcId; readonly method: string; readonly params?: Payload }
  | { readonly kind: 'ignored' };

/** An era towards a server: pure translation between calls and that server's messages. */
export interface UpstreamEra {
  /** The request that opens a session. */
  hello(introduction: Introduction, id: RpcId): Message;
  /** Reads the answer to `hello`; a string says in words why there is no agreement. */
  welcome(answer: Frame): Agreement | string;
  /** What to send once agreed, before anything else; undefined for an era that sends nothing. */
  ready(): Message | undefined;
  /**
   * A call as this server's request. `progressToken` is ours; absent: no progress is wanted.
   * @throws BUG if somebody gave the call params that are not a JSON object.
   */
  request(call: Call, id: RpcId, progressToken?: RpcId): Message;
  /** Reads the answer to a call. */
  outcome(call: Call, answer: Frame): Outcome;
  /** Tells the server that a request of ours is given up; undefined where closing its stream says so. */
  cancel(id: RpcId, reason: string): Message | undefined;
  /** Asks for one page of a list. */
  list(kind: CatalogKind, cursor: string | undefined, id: RpcId): Message;
  /** The kinds that a server with these capabilities has lists of. */
  lists(capabilities: Agreement['capabilities']): readonly CatalogKind[];
  /** A liveness probe, if the era has one. */
  ping(id: RpcId): Message | undefined;
  /** Asks for log messages from this level on (2025-11-25, logging); undefined where each request says so itself. */
  setLevel(level: LogLevel, id: RpcId): Message | undefined;
  /** Asks to be told of changes of a resource, or no more (2025-11-25, resources, subscriptions). */
  subscribe(uri: string, id: RpcId): Message | undefined;
  unsubscribe(uri: string, id: RpcId): Message | undefined;
  /** Says that the client's folders changed; undefined in an era that does not. */
  rootsChanged(): Message | undefined;
  /** Whether a client with these capabilities may be asked this (2025-11-25, lifecycle, capability negotiation). */
  mayAsk(method: string, params: Payload | undefined, capabilities: Client['capabilities']): boolean;
  /** The answer to a request of the server's own. */
  reply(id: RpcId, answer: { readonly result: Payload } | { readonly error: Payload }): Message;
  read(frame: Frame): FromServer;
}

/** A message from a client, sorted by what it means. */
export type FromClient =
  | { readonly kind: 'hello'; readonly id: RpcId; readonly protocolVersion: string; readonly client: Client }
  | { readonly kind: 'ready' }
  | { readonly kind: 'ping'; readonly id: RpcId }
  /** A request for the pipeline: what of a `Call` stands in the message. */
  | {
      readonly kind: 'call';
      readonly id: RpcId;
      readonly call: Pick<Call, 'method'> & Partial<Pick<Call, 'params' | 'name'>>;
      readonly progressToken?: RpcId | undefined;
    }
  | { readonly kind: 'cancel'; readonly id: RpcId; readonly reason: string }
  | { readonly kind: 'setLevel'; readonly id: RpcId; readonly level: LogLevel }
  | { readonly kind: 'rootsChanged' }
  | { readonly kind: 'answer'; readonly id: RpcId; readonly frame: Frame }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'invalid'; readonly id?: RpcId; readonly reason: string };

/** How the gateway introduces itself to a client. */
export interface Welcome {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions?: string;
}

/** An era towards a client: pure translation between that client's messages and calls. */
export interface DownstreamEra {
  read(frame: Frame): FromClient;
  /** Answers `hello`. */
  welcome(hello: Extract<FromClient, { kind: 'hello' }>, welcome: Welcome): Message;
  /** The answer to a request, or undefined for an outcome that is not answered. */
  answer(call: Pick<Call, 'method'>, id: RpcId, outcome: Outcome): Message | undefined;
  /** `notifications/progress` with the client's own token in the place of ours. */
  progress(params: Payload, token: RpcId): Message;
  log(params: Payload): Message;
  /** `notifications/resources/updated`. */
  updated(params: Payload): Message;
  listChanged(list: 'tools' | 'prompts' | 'resources'): Message;
  ask(id: RpcId, method: string, params: Payload | undefined): Message;
  withdrawn(id: RpcId): Message;
}

/** A family of MCP revisions. What is an era's own stands behind this interface and nowhere else. */
export interface Era {
  readonly name: string;
  /** Revisions, newest first. */
  readonly versions: readonly string[];
  readonly upstream: UpstreamEra;
  readonly downstream: DownstreamEra;
}
