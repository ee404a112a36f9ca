import type { Payload } from './payload.ts';

/** Which family of MCP revisions a peer speaks: `legacy` has sessions (to 2025-11-25), `modern` is stateless (2026-07-28). */
export type Era = 'legacy' | 'modern' | (string & {});

/** Whether the server acted on a call. Never a guess: `unknown` when a byte was handed over and no answer came. */
export type Executed = 'no' | 'yes' | 'unknown';

/** The program on whose behalf a call is made. */
export interface Client {
  readonly era: Era;
  readonly protocolVersion: string;
  /** As the client said at `initialize`, unverified. */
  readonly name?: string;
  readonly version?: string;
  /** The client's declared capabilities for this call. */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/**
 * One request of a client, complete in itself (the pattern called Command): immutable, executed into an `Exchange`,
 * ended by exactly one `Outcome`. Retry, fallback, replay and audit take this same object.
 */
export interface Call {
  /** Ours, unique in the gateway; the correlation id of logs and errors. Never the client's JSON-RPC id. */
  readonly id: string;
  readonly method: string;
  /** As the client sent it. Each edge replaces what belongs to it: names, progress token, protocol `_meta`. */
  readonly params?: Payload | undefined;
  /** The tool, prompt or resource it addresses: the public name before routing, the server's own name after. */
  readonly name?: string | undefined;
  /** The server that the router chose; absent before routing. */
  readonly server?: string | undefined;
  /** Who asks: `local` where no tokens are configured. Servers are shared within a principal. */
  readonly principal: string;
  /** Who may be asked back: a legacy session; for a modern client its principal and name. */
  readonly audience: string;
  readonly client: Client;
  readonly wantsProgress: boolean;
  /** The client takes `suspended` for an answer and comes back. */
  readonly canSuspend: boolean;
  /** The client can be asked (sampling, elicitation, roots) while this call runs. */
  readonly canBeAsked: boolean;
  /** Milliseconds the caller gives it; the server's own `timeout` counts too, whichever ends first. */
  readonly timeoutMs?: number | undefined;
}

/** A question of a server to the client, while a call runs (2025-11-25: sampling, elicitation, roots). */
export interface Ask {
  /** Unique in the gateway. */
  readonly id: string;
  readonly method: string;
  readonly params?: Payload;
}

/** The end of a call. */
export type Outcome =
  /** What the server answered; a tool's own `isError` is a result like any other. */
  | { readonly kind: 'result'; readonly result: Payload }
  /** A JSON-RPC error object, the server's or ours. */
  | {
      readonly kind: 'error';
      readonly error: Payload;
      readonly from: 'upstream' | 'gateway';
      readonly executed: Executed;
    }
  /** Only if `canSuspend`: the client is to answer and come back (2026-07-28, multi round-trip requests). */
  | { readonly kind: 'suspended'; readonly result: Payload }
  /** No answer goes to the client. */
  | { readonly kind: 'cancelled'; readonly reason: string };

/** What comes back while a call runs. Exactly one `outcome`, and nothing after it. */
export type ExchangeEvent =
  /** Params of `notifications/progress`; the token in them is not the client's. */
  | { readonly kind: 'progress'; readonly params: Payload }
  /** Params of `notifications/message`. */
  | { readonly kind: 'log'; readonly params: Payload }
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'withdrawn'; readonly askId: string }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

/** Takes what comes back; called synchronously, must not throw. */
export type Sink = (event: ExchangeEvent) => void;

/** A call under way. */
export interface Exchange {
  /** Gives the call up: the server is told, and the outcome is `cancelled` unless one came before. Once; later calls do nothing. */
  cancel(reason: string): void;
  /** Answers an ask with a result or a JSON-RPC error. `unknown`: it was withdrawn, answered, or never was. */
  reply(
    askId: string,
    answer: { readonly result: Payload } | { readonly error: Payload },
  ): 'taken' | 'unknown';
}

/** Runs a call. The sink may be called before this returns. Never throws: failure is an outcome. */
export type Execute = (call: Call, sink: Sink) => Exchange;

/** A layer of the pipeline: it may answer by itself, change the call, or watch what comes back. */
export interface Interceptor {
  readonly name: string;
  /**
   * `call`: once for each call of a client, before routing. `attempt`: around each attempt at one server,
   * after routing (`call.server` is set).
   */
  readonly place: 'call' | 'attempt';
  /** Wraps the rest of the pipeline; called once when the pipeline is built. */
  wrap(next: Execute): Execute;
}
