import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Secret } from './secret.ts';

/** For whom a route is: MCP clients, or whoever administers the gateway. They may listen on different addresses. */
export type Audience = 'client' | 'admin';

/** A request that passed the guards: Host, Origin, token, header limits. */
export interface HttpRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as the client wrote them. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who asks: the name of the token, `local` where no tokens are configured, `admin` for the admin token. */
  readonly principal: string;
  /**
   * The body, whole.
   * @throws HTTP_BODY_TOO_LARGE (the answer 413 is already on its way) or HTTP_BODY_ABORTED.
   */
  body(): Promise<Uint8Array>;
}

/** A path and who answers there. */
export interface HttpRoute {
  /** Exact, beginning with `/`. */
  readonly path: string;
  readonly audience: Audience;
  /**
   * Answers without a token too: everywhere, only for routes that tell nothing, like health; or where only this machine
   * can reach the listener.
   */
  readonly open?: boolean | 'loopback';
  /** Must end the response. What it throws becomes a 500 with a correlation id. */
  handle(request: HttpRequest): void | Promise<void>;
  /**
   * The tokens that these principals had are none any more: what they left here is to end. What is written to their
   * responses now is sent before their connections are closed.
   */
  revoked?(principals: ReadonlySet<string>): void;
}

/** Shared HTTP listeners: the token `http-host`. */
export interface HttpHost {
  /** Adds a route; the returned function takes it away. @throws HTTP_ROUTE_TAKEN. */
  mount(route: HttpRoute): () => void;
  /**
   * Listens for this audience, if that is not done yet, and says where: `http://127.0.0.1:4620`.
   * @throws PORT_IN_USE, LISTEN_FAILED, LISTEN_UNPROTECTED.
   */
  listen(audience: Audience): Promise<string>;
  /**
   * Lets clients in by these tokens from now on, instead of `before`, and ends the connections of those whose token is
   * none any more. A host whose tokens are not `before` was told others by its own options, and keeps them.
   */
  replaceTokens?(before: Readonly<Record<string, Secret>>, next: Readonly<Record<string, Secret>>): void;
}
