import type { ServerResponse } from 'node:http';
import type { Clock } from '@switchyard/plugin-api';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { KEEP_ALIVE_MS, STALLED_MS } from './options.ts';

const HEAD = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Content-Type-Options': 'nosniff',
  // nginx holds events back otherwise.
  'X-Accel-Buffering': 'no',
};
const COMMENT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

/** What results are written with. */
export interface EventResponseParts {
  readonly clock: Clock;
  /** A result as JSON, on one line. Its errors may be anything that was thrown. */
  readonly textOf: (result: ExecutionResult) => string;
}

/**
 * Sends results as server-sent events (GraphQL over SSE, distinct connections mode) until they end or the client goes.
 * The next result is asked for when the client has read the one before, so that what waits is the source's to bound;
 * a client that never reads costs one event and what the system buffers, and after five minutes its connection.
 */
export async function sendEvents(
  response: ServerResponse,
  results: AsyncIterator<ExecutionResult>,
  { clock, textOf }: EventResponseParts,
): Promise<void> {
  let resume: (() => void) | undefined;
  const wake = () => {
    resume?.();
    resume = undefined;
  };
  const isOver = () => response.destroyed || response.writableEnded;
  response.on('drain', wake);
  response.once('close', () => {
    cancelKeepAlive();
    wake();
    // At once, whoever still waits for a result: the source is given back now.
    results.return?.().then(undefined, () => undefined);
  });

  /** Until the client has read, or has not for so long that its place is somebody else's. */
  const drained = async () => {
    const cancel = clock.after(STALLED_MS, () => response.destroy());
    await new Promise<void>((resolve) => (resume = resolve));
    cancel();
  };

  let cancelKeepAlive = () => {};
  const keepAlive = () => {
    cancelKeepAlive = clock.after(KEEP_ALIVE_MS, () => {
      if (isOver()) return;
      if (!response.writableNeedDrain) response.write(COMMENT);
      keepAlive();
    });
  };

  response.writeHead(200, HEAD);
  // Something at once, so that the head is sent and proxies pass it on.
  response.write(COMMENT);
  keepAlive();
  try {
    for (;;) {
      const { done, value } = await results.next();
      if (isOver()) return;
      if (done) break;
      const hasRoom = response.write(eventOf(textOf(value)));
      if (!hasRoom) await drained();
      if (isOver()) return;
    }
  } catch (error) {
    if (isOver()) return;
    response.write(eventOf(textOf({ errors: [error as GraphQLError] })));
  }
  response.end(COMPLETE);
}

function eventOf(text: string): string {
  return `event: next\ndata: ${text}\n\n`;
}
