import type { Clock } from '@switchyard/plugin-api';
import { Deadlines } from './deadlines.ts';
import type { EventResponse } from './event-response.ts';
import type { EventStream } from './event-stream.ts';
import type { EndpointCounts, ResponseLimits } from './limits.ts';
import type { PostReply } from './post-reply.ts';
import { Retained } from './retained.ts';
import type { UnreadWatch } from './unread.ts';
import { Waiting } from './waiting.ts';

/** What every response of one endpoint is written with. */
export interface ResponseParts {
  readonly clock: Clock;
  readonly limits: ResponseLimits;
  readonly counts: EndpointCounts;
  readonly waiting: Waiting;
  readonly retained: Retained;
  /** Replies of which nothing is written yet. */
  readonly silent: Deadlines<PostReply>;
  /** Streams with a reader, since the last sign of life. */
  readonly alive: Deadlines<EventResponse>;
  /** Responses that wait for their client to read. */
  readonly unread: Deadlines<UnreadWatch>;
  /** Streams whose client may come back. */
  readonly deserted: Deadlines<EventStream>;
}

export function createResponseParts(
  clock: Clock,
  limits: ResponseLimits,
  counts: EndpointCounts,
): ResponseParts & { close(): void } {
  const deadlines = {
    silent: new Deadlines<PostReply>(clock, limits.streamAfterMs, (reply) => reply.becomeStream()),
    alive: new Deadlines<EventResponse>(clock, limits.keepAliveMs, (response) => response.keepAlive()),
    unread: new Deadlines<UnreadWatch>(clock, limits.maxUnreadMs, (watch) => watch.look()),
    deserted: new Deadlines<EventStream>(clock, limits.replayMs, (stream) => stream.giveUp()),
  };
  return {
    ...{ clock, limits, counts },
    ...{ waiting: new Waiting(counts), retained: new Retained(limits.maxKeptBytesInAll) },
    ...deadlines,
    close() {
      for (const each of Object.values(deadlines)) each.close();
    },
  };
}
