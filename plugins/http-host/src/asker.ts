import type { HttpRoute } from '@switchyard/plugin-api';
import type { Attempts } from './attempts.ts';
import type { Bearers } from './bearer.ts';
import { clientAddress } from './client-address.ts';

/** Whose tokens there are. */
export interface IdentifyContext {
  /** Only this machine can reach the listener. */
  readonly isLocal: boolean;
  /** Undefined: no tokens are configured, and everybody is `local`. */
  readonly clientBearers: Bearers | undefined;
  readonly adminBearers: Bearers;
  /** Wrong tokens by address. */
  readonly attempts: Attempts;
}

/** What a request shows of who asks. */
export interface Credentials {
  /** All values of the header. */
  readonly authorization: readonly string[];
  /** The far end of its socket. */
  readonly remote: string | undefined;
}

/** Who asks. */
export type Asker =
  | { readonly kind: 'known'; readonly principal: string }
  /** `isOneTooMany`: the next wrong token from this address is blocked. */
  | { readonly kind: 'nobody'; readonly isOneTooMany: boolean; readonly address: string }
  /** Too many wrong tokens came from there, and this one was not looked at, or is wrong too. */
  | { readonly kind: 'blocked'; readonly ms: number };

/** Finds out who asks for a route, and counts wrong tokens. */
export function identify(route: HttpRoute, credentials: Credentials, context: IdentifyContext): Asker {
  const bearers = route.audience === 'admin' ? context.adminBearers : context.clientBearers;
  if (!bearers) return { kind: 'known', principal: 'local' };
  const asker = byToken(bearers, credentials, context.attempts);
  const isOpen = route.open === true || (route.open === 'loopback' && context.isLocal);
  return asker.kind !== 'known' && isOpen ? { kind: 'known', principal: 'anonymous' } : asker;
}

function byToken(bearers: Bearers, { authorization, remote }: Credentials, attempts: Attempts): Asker {
  const { key: address, isLocal } = clientAddress(remote);
  // Many clients ask without a token first, to be told that they need one: that is no attempt.
  if (authorization.length === 0) return { kind: 'nobody', isOneTooMany: false, address };
  const ms = attempts.blockedMs(address);
  // All programs of this machine have one address, and one with an old token must not shut out the others: a right token
  // still counts here. Elsewhere the next guess could be the right one.
  if (ms > 0 && !isLocal) return { kind: 'blocked', ms };
  const principal = bearers(authorization);
  if (principal !== undefined) return { kind: 'known', principal };
  if (ms > 0) return { kind: 'blocked', ms };
  return { kind: 'nobody', isOneTooMany: attempts.failed(address), address };
}
