import type { Call, Log, Sink } from '@switchyard/plugin-api';

/**
 * A sink of somebody else's that cannot hurt: one that throws, although it must not, would keep other calls from
 * hearing of a loss, and end the wire that the answer came by.
 */
export function sheltered(call: Call, sink: Sink, log: Log): Sink {
  return (event) => {
    try {
      sink(event);
    } catch (error) {
      log.error('what came back of a call was not taken', {
        correlationId: call.id,
        event: event.kind,
        error,
      });
    }
  };
}
