import { type Audience, SwitchyardError } from '@switchyard/plugin-api';
import { isLoopback } from './guards.ts';
import type { HttpHostOptions } from './options.ts';

/** Where to listen. */
export type Address =
  /** `port` 0: any free one. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string };

/** One listener to open, and whom it serves. */
export interface PlannedListener {
  readonly address: Address;
  readonly audiences: readonly Audience[];
}

const DEFAULT_ADMIN_PORT = 4621;

/**
 * Which listeners the options mean: a socket, or one on loopback, serves both audiences; a client listener that others
 * can reach, or an admin address of its own, moves the admin routes to a second one.
 */
export function planListeners(
  options: Pick<HttpHostOptions, 'socket' | 'host' | 'port' | 'admin'>,
): readonly PlannedListener[] {
  const { socket, host, port, admin } = options;
  if (socket !== undefined)
    return [{ address: { kind: 'socket', path: socket }, audiences: ['client', 'admin'] }];
  const first: Address = { kind: 'tcp', host, port };
  if (!admin && isLoopback(host)) return [{ address: first, audiences: ['client', 'admin'] }];
  // Who takes any port for clients runs several gateways here: the second listener must not be the one they share.
  const second = admin ?? { host: '127.0.0.1', port: port === 0 ? 0 : DEFAULT_ADMIN_PORT };
  return [
    { address: first, audiences: ['client'] },
    { address: { kind: 'tcp', ...second }, audiences: ['admin'] },
  ];
}

/**
 * Refuses a client listener that others can reach and that asks nobody who they are.
 * Admin routes are behind the admin token wherever they listen.
 * @throws LISTEN_UNPROTECTED
 */
export function assertProtected(planned: PlannedListener, tokens: HttpHostOptions['tokens']): void {
  const { address, audiences } = planned;
  if (address.kind === 'socket' || isLoopback(address.host)) return;
  if (!audiences.includes('client') || Object.keys(tokens).length > 0) return;
  throw new SwitchyardError('LISTEN_UNPROTECTED', { host: address.host });
}
