import type { Clock } from '@switchyard/plugin-api';
import { Observable } from 'rxjs';

/** How a connection is used. */
interface Use {
  /** Somebody uses it now. */
  isUsed(): boolean;
  /** When it was last used; anything before the watch began counts for nothing. */
  usedAt(): number;
}

/** Tells once when nobody used it for `ms`. One timer, that looks: calls set and cancel none. */
export function whenUnused(ms: number, clock: Clock, use: Use): Observable<void> {
  return new Observable((subscriber) => {
    let usedAt = clock.now();
    const look = () => {
      usedAt = use.isUsed() ? clock.now() : Math.max(usedAt, use.usedAt());
      const left = usedAt + ms - clock.now();
      if (left > 0) cancelTimer = clock.after(left, look);
      else subscriber.next();
    };
    let cancelTimer = clock.after(ms, look);
    return () => cancelTimer();
  });
}
