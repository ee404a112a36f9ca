import type { Call, Outcome } from './call.ts';

/** Where a call goes. */
export type Route =
  /** To a server, under the name that the server knows. */
  | { readonly kind: 'server'; readonly server: string; readonly name?: string }
  /** Nowhere: the gateway answers. */
  | { readonly kind: 'answer'; readonly outcome: Outcome };

/** What a plugin contributes to `routers`. Exactly one may be installed. */
export interface Router {
  readonly name: string;
  /** Decides by the call and the catalog. A promise only where it has to wait; the path of a tool call is synchronous. */
  route(call: Call): Route | Promise<Route>;
}
