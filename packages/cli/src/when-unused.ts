import type { Clock } from '@switchyard/plugin-api';
import type { Gateway } from '@switchyard/gateway';

/** How long nobody may be connected. Milliseconds. */
export interface Patience {
  /** Before the first client: whoever starts a gateway needs some time to find it. */
  readonly firstMs: number;
  /** After the last one. */
  readonly idleMs: number;
}

/** Resolves when nobody has been connected for so long. */
export function whenUnused(
  { clients$ }: Pick<Gateway, 'clients$'>,
  { firstMs, idleMs }: Patience,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve) => {
    let ms = Math.max(firstMs, idleMs);
    let cancel: (() => void) | undefined;
    clients$.subscribe((clients) => {
      if (clients > 0) {
        cancel?.();
        cancel = undefined;
        ms = idleMs;
      } else {
        cancel ??= clock.after(ms, resolve);
      }
    });
  });
}
