import { answer, failed, SwitchyardError, type Interceptor } from '@switchyard/plugin-api';
import { GuardedCall } from './guarded-call.ts';
import type { Guards } from './guards.ts';
import type { MemoryWatch } from './memory-watch.ts';

/** When whoever is refused for want of memory may come back. */
const MEMORY_RETRY_MS = 1_000;

/**
 * The layer around each attempt: refuses what a server that fails would not answer, and sends again what may be sent
 * again. Breaker and retries are one layer, so that each attempt of a call is counted by the breaker.
 */
export function guardingInterceptor(guards: Guards, memory: MemoryWatch): Interceptor {
  return {
    name: 'resilience',
    place: 'attempt',
    wrap: (next) => (call, sink) => {
      memory.used();
      const server = call.server ?? '';
      if (memory.isShort) {
        guards.shedForMemory += 1;
        const error = new SwitchyardError('MEMORY_SHORT', { server });
        return answer(
          sink,
          failed(call, error, { executed: 'no', phase: 'admission', retryAfterMs: MEMORY_RETRY_MS }),
        );
      }
      const guard = guards.of(server);
      if (!guard) return next(call, sink);
      const epoch = guard.admit();
      if (epoch === undefined) return answer(sink, guard.refusal(call));
      return new GuardedCall(guards, guard, epoch, call, sink, next);
    },
  };
}
