import type { Clock } from '@switchyard/plugin-api';
import { isEventStream } from './answer-plan.ts';
import type { Collected } from './message-buffer.ts';
import { eventIdHeader, type SessionHeaders } from './session-headers.ts';
import type { AnswerHeaders, SocketPool } from './socket-pool.ts';
import { SseParser } from './sse-parser.ts';
import type { AttemptEnd, Attempts, Next, Stop } from './stream-policy.ts';

/** What a stream is opened with. */
export interface EventStreamContext {
  readonly pool: SocketPool;
  readonly path: string;
  readonly headers: SessionHeaders;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly chance: () => number;
}

/** Where a stream goes on from, and whom it tells. */
export interface EventStreamPlan {
  readonly lastEventId?: string | undefined;
  readonly retryMs?: number | undefined;
  /** What to do when it ends. */
  readonly next: (end: AttemptEnd, attempts: Attempts) => Next;
  readonly emit: (data: Collected) => void;
  /** An attempt was answered or failed. */
  readonly attempted?: () => void;
  /** Another attempt is made. */
  readonly again?: () => void;
  readonly stopped: (stop: Stop) => void;
  readonly ignored: (events: number) => void;
}

/**
 * A stream of messages that is asked for by GET, and again whenever it ends, from the last event on that had an id.
 * It gives up where its plan says so.
 */
export class EventStream {
  readonly #context: EventStreamContext;
  readonly #plan: EventStreamPlan;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  #opened = 0;
  #fruitless = 0;
  #parser: SseParser | undefined;
  /** Ends what is under way: an attempt, a stream, or a wait. */
  #cease: (() => void) | undefined;
  /** An attempt that is not at its end: made, or on a live socket. */
  #asked: 'no' | 'asked' | 'connected' = 'no';
  #over = false;

  constructor(context: EventStreamContext, plan: EventStreamPlan) {
    this.#context = context;
    this.#plan = plan;
    this.#lastEventId = plan.lastEventId;
    this.#retryMs = plan.retryMs;
  }

  /** Whether something may come by it: it is open, or not refused yet. Some servers begin it with the first event. */
  get isThere(): boolean {
    return this.#asked !== 'no' && !this.#over;
  }

  /** Whether it is on a live socket. */
  get isConnected(): boolean {
    return this.#asked === 'connected' && !this.#over;
  }

  /** Asks for the stream, after `waitMs` milliseconds. Once. */
  open(waitMs = 0): void {
    if (waitMs === 0) this.#attempt();
    else this.#cease = this.#context.clock.after(waitMs, () => this.#attempt());
  }

  /** Ends it; nothing more comes. May be called twice. */
  close(): void {
    this.#over = true;
    this.#cease?.();
    this.#cease = undefined;
  }

  #attempt(): void {
    if (this.#over) return;
    const { pool, path, headers } = this.#context;
    const request = {
      method: 'GET',
      path,
      headers: headers.get(eventIdHeader(this.#lastEventId)),
    } as const;
    this.#asked = 'asked';
    this.#cease = pool.request(request, {
      sent: () => (this.#asked = 'connected'),
      head: (status, answer) => this.#head(status, answer),
      body: (chunk) => this.#parser?.push(chunk),
      ended: () => this.#end(),
      broken: ({ kind, reason }) =>
        this.#end({ kind: kind === 'unconnected' ? 'unconnected' : 'broken', reason }),
    });
  }

  #head(status: number, answer: AnswerHeaders): void {
    if (isEventStream(status, answer)) {
      this.#opened += 1;
      this.#parser = new SseParser(this.#context.maxMessageBytes, (data) => {
        if (!this.#over) this.#plan.emit(data);
      });
      this.#plan.attempted?.();
      return;
    }
    // Whatever its body is, it says nothing to us.
    this.#cease?.();
    this.#end({ kind: 'refused', status });
  }

  #end(failure?: AttemptEnd): void {
    if (this.#over) return;
    this.#asked = 'no';
    const parser = this.#parser;
    this.#parser = undefined;
    if (parser) {
      this.#lastEventId = parser.lastEventId ?? this.#lastEventId;
      this.#retryMs = parser.retryMs ?? this.#retryMs;
      this.#plan.ignored(parser.ignored);
    } else {
      this.#plan.attempted?.();
    }
    const end = parser ? ({ kind: 'ended', fruitful: parser.events > 0 } as const) : failure;
    this.#fruitless = end?.kind === 'ended' && end.fruitful ? 0 : this.#fruitless + 1;
    const next = this.#plan.next(end ?? { kind: 'broken', reason: 'the answer was empty' }, {
      opened: this.#opened,
      fruitless: this.#fruitless,
      retryMs: this.#retryMs,
      hasEventId: eventIdHeader(this.#lastEventId) !== undefined,
      chance: this.#context.chance(),
    });
    if (next.kind === 'stop') {
      this.close();
      this.#plan.stopped(next.stop);
      return;
    }
    if (next.fromTheStart) this.#lastEventId = undefined;
    this.#plan.again?.();
    // Who hears of it may have closed it.
    if (this.#over) return;
    this.open(next.waitMs);
  }
}
