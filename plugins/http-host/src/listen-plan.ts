import { type Audience, SwitchyardError } from '@switchyard/plugin-api';
import { isLoopback } from './guards.ts';
import type { HttpHostOptions } from './options.ts';

/** One listener to open, and whom it serves. */
export interface PlannedListener {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly audiences: readonly Audience[];
}

const DEFAULT_ADMIN_PORT = 4621;

/**
 * Which listeners the options mean: one on loopback serves both audiences; a client listener that others can reach,
 * or an admin address of its own, moves the admin routes to a second one.
 */
export function planListeners(
  options: Pick<HttpHostOptions, 'host' | 'port' | 'admin'>,
): readonly PlannedListener[] {
  const { host, port, admin } = options;
  if (!admin && isLoopback(host)) return [{ host, port, audiences: ['client', 'admin'] }];
  // Who takes any port for clients runs several gateways here: the second listener must not be the one they share.
  const second = admin ?? { host: '127.0.0.1', port: port === 0 ? 0 : DEFAULT_ADMIN_PORT };
  return [
    { host, port, audiences: ['client'] },
    { ...second, audiences: ['admin'] },
  ];
}

/**
 * Refuses a client listener that others can reach and that asks nobody who they are.
 * Admin routes are behind the admin token wherever they listen.
 * @throws LISTEN_UNPROTECTED
 */
export function assertProtected(planned: PlannedListener, tokens: HttpHostOptions['tokens']): void {
  if (!planned.audiences.includes('client') || isLoopback(planned.host) || Object.keys(tokens).length > 0)
    return;
  throw new SwitchyardError('LISTEN_UNPROTECTED', { host: planned.host });
}
