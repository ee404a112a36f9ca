import type { Received, Sent, WireMessage } from '@switchyard/plugin-api';
import { planAnswer, type Refusal } from './answer-plan.ts';
import type { Breakage } from './breakage.ts';
import type { Counters } from './counters.ts';
import { EventStream, type EventStreamContext } from './event-stream.ts';
import { type Collected, MessageBuffer } from './message-buffer.ts';
import { mayRepeat } from './repeatable.ts';
import { eventIdHeader } from './session-headers.ts';
import type { AnswerHeaders, AnswerReader } from './socket-pool.ts';
import { SseParser } from './sse-parser.ts';
import { nextOfRequest, resumeMs, type Stop } from './stream-policy.ts';

/** How long, and how far, an answer that nobody waits for is read on, so that its socket can be kept. */
const DRAIN_MS = 1_000;
const DRAIN_BYTES = 64 * 1024;
/** How much of an answer with 404 is looked at, to know whether it is an answer all the same. */
const MISSING_BYTES = 64 * 1024;

/** What a POST works with. */
export interface PostContext extends EventStreamContext {
  readonly counters: Counters;
  readonly receive: (received: Received) => void;
}

/** What a POST tells its wire. */
export interface PostListener {
  /** The head of an answer; a text says why the wire cannot go on with it. */
  answered(message: WireMessage, status: number, headers: AnswerHeaders): string | undefined;
  /** The server does not know the session any more. */
  forgotten(): void;
  /** It found no connection. */
  unconnected(post: Post, reason: string): void;
  /** Whether something may come by the stream of the session. */
  hears(): boolean;
  /** Nothing more comes of it; its socket may still be busy. */
  settled(): void;
  /** It holds nothing any more. */
  gone(post: Post): void;
}

/** Where a POST stands. */
type Phase =
  /** For its turn, or for a socket: not one byte is out. */
  | { readonly at: 'waiting' }
  | { readonly at: 'sent' }
  | { readonly at: 'json'; readonly body: MessageBuffer; readonly then: Refusal | undefined }
  /** 404 within a session: the server has forgotten the session, unless this answers the request. */
  | { readonly at: 'missing'; readonly body: MessageBuffer }
  | { readonly at: 'events'; readonly parser: SseParser }
  /** Its stream ended early, and is asked for again from its last event on. */
  | { readonly at: 'resuming'; readonly stream: EventStream }
  /** Its answer is to come by the stream of the session. */
  | { readonly at: 'accepted' }
  /** Its socket is free again; what came by it is being told. */
  | { readonly at: 'ended' }
  /** Nobody waits for what still comes. */
  | { readonly at: 'draining' }
  | { readonly at: 'over' };

/** One message on its way: a POST, and whatever answers it, to its end. */
export class Post implements AnswerReader {
  readonly #message: WireMessage;
  readonly #context: PostContext;
  readonly #listener: PostListener;
  readonly #settleSent: (sent: Sent) => void;
  readonly #withdrawn = () => this.#leave();
  #phase: Phase = { at: 'waiting' };
  #settled = false;
  #isRepeat = false;
  #drained = 0;
  #release: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(
    message: WireMessage,
    context: PostContext,
    listener: PostListener,
    settleSent: (sent: Sent) => void,
  ) {
    this.#message = message;
    this.#context = context;
    this.#listener = listener;
    this.#settleSent = settleSent;
    message.signal?.addEventListener('abort', this.#withdrawn);
  }

  /** Whether only its socket is still busy. */
  get isDraining(): boolean {
    return this.#phase.at === 'draining';
  }

  /** Whether it was sent, and its answer may still come. */
  get isUnderWay(): boolean {
    const { at } = this.#phase;
    return at !== 'waiting' && at !== 'ended' && at !== 'draining' && at !== 'over';
  }

  /** Sends it; it may have been withdrawn while it waited for its turn. */
  start(): void {
    if (this.#phase.at === 'waiting') this.#send(false);
  }

  /** Ends it if no byte of it is out. */
  withdraw(): void {
    if (this.#phase.at === 'waiting') this.cut();
  }

  /** Ends it at once, with its socket. */
  cut(): void {
    const { at } = this.#phase;
    if (at === 'over') return;
    if (at === 'waiting') this.#settleSent('unsent');
    if (at === 'draining') this.#context.counters.cut += 1;
    if (this.#phase.at === 'resuming') this.#phase.stream.close();
    this.#release?.();
    this.#finish();
  }

  /** The stream of the session ended: what was to come by it may be lost. */
  unheard(): void {
    if (this.#phase.at === 'accepted')
      this.#conclude({ cause: "the session's stream ended without the answer" });
  }

  sent(): void {
    if (this.#phase.at !== 'waiting') return;
    this.#phase = { at: 'sent' };
    this.#settleSent('sent');
  }

  head(status: number, headers: AnswerHeaders): void {
    if (this.#phase.at !== 'sent') return;
    const { kind } = this.#message;
    const objection = this.#listener.answered(this.#message, status, headers);
    if (objection !== undefined) return this.#fail({ status, cause: objection });
    const plan = planAnswer(kind, status, headers, this.#context.clock.date());
    if (status === 404 && this.#context.headers.sessionId !== undefined) {
      if (plan.kind !== 'json') return this.#forget();
      this.#phase = {
        at: 'missing',
        body: new MessageBuffer(Math.min(MISSING_BYTES, this.#context.maxMessageBytes)),
      };
      this.#cancelTimer = this.#context.clock.after(DRAIN_MS, () => this.#doubt());
      return;
    }
    switch (plan.kind) {
      case 'json':
        this.#phase = { at: 'json', body: new MessageBuffer(this.#context.maxMessageBytes), then: plan.then };
        return;
      case 'events':
        this.#phase = { at: 'events', parser: this.#parser() };
        return;
      case 'accepted':
        // Without a signal nobody could say that the answer has come.
        if (!this.#message.signal || !this.#listener.hears()) return this.#fail(plan.refusal);
        this.#phase = { at: 'accepted' };
        this.#context.counters.accepted += 1;
        return;
      case 'discarded':
        if (plan.refusal) this.#fail(plan.refusal);
        else this.#drain();
        return;
    }
  }

  body(chunk: Buffer): void {
    const phase = this.#phase;
    if (phase.at === 'json') {
      phase.body.push(chunk);
      if (phase.body.isOver) this.#overLimit(phase.body, phase.then);
    } else if (phase.at === 'missing') {
      phase.body.push(chunk);
      if (phase.body.isOver) this.#doubt();
    } else if (phase.at === 'events') {
      phase.parser.push(chunk);
    } else if (phase.at === 'draining' || phase.at === 'accepted') {
      this.#drained += chunk.length;
      this.#context.counters.discardedBytes += chunk.length;
      if (this.#drained <= DRAIN_BYTES) return;
      if (phase.at === 'accepted') this.#release?.();
      else this.cut();
    }
  }

  ended(): void {
    const phase = this.#phase;
    switch (phase.at) {
      case 'json': {
        this.#phase = { at: 'ended' };
        const isEmpty = phase.body.length === 0;
        if (!isEmpty) this.#emit(phase.body.take());
        const cause = isEmpty ? 'the answer is empty' : 'the answer does not answer the request';
        return this.#conclude(phase.then ?? { cause });
      }
      case 'missing': {
        const body = phase.body.take();
        if (!('bytes' in body) || !isAnswerTo(this.#message.id, body.bytes)) {
          this.#forget();
          return this.#finish();
        }
        this.#phase = { at: 'ended' };
        this.#emit(body);
        return this.#conclude({ status: 404 });
      }
      case 'events':
        return this.#endEvents(phase.parser, 'the stream ended without an answer');
      case 'sent':
      case 'draining':
        return this.#finish();
      case 'waiting':
      case 'accepted':
      case 'ended':
      case 'resuming':
      case 'over':
        return;
    }
  }

  broken(breakage: Breakage): void {
    const phase = this.#phase;
    switch (phase.at) {
      case 'waiting':
        this.#settleSent('unsent');
        this.#listener.unconnected(this, breakage.reason);
        return this.#finish();
      case 'sent':
        if (breakage.kind === 'stale' && mayRepeat(this.#message) && !this.#isRepeat) {
          this.#isRepeat = true;
          this.#context.counters.resent += 1;
          return this.#send(true);
        }
        if (breakage.kind === 'unconnected') this.#listener.unconnected(this, breakage.reason);
        return this.#conclude({ cause: `${breakage.reason} before an answer came` });
      case 'json':
        return this.#conclude(phase.then ?? { cause: `${breakage.reason} in the middle of the answer` });
      case 'missing':
        this.#doubt();
        return this.#finish();
      case 'events':
        return this.#endEvents(phase.parser, `the stream ended without an answer: ${breakage.reason}`);
      case 'draining':
        return this.#finish();
      case 'accepted':
      case 'ended':
      case 'resuming':
      case 'over':
        return;
    }
  }

  #send(fresh: boolean): void {
    const { pool, path, headers } = this.#context;
    const body = this.#message.segments;
    const request = { method: 'POST', path, headers: headers.post(this.#message), body, fresh } as const;
    this.#release = pool.request(request, this);
  }

  /** The request is over for who sent it. */
  #leave(): void {
    switch (this.#phase.at) {
      case 'waiting':
      case 'resuming':
        return this.cut();
      case 'accepted':
        return this.#finish();
      case 'sent':
      case 'json':
      case 'missing':
      case 'events':
        return this.#drain();
      case 'ended':
        return this.#settle();
      case 'draining':
      case 'over':
        return;
    }
  }

  #parser(): SseParser {
    return new SseParser(this.#context.maxMessageBytes, (data) => this.#emit(data));
  }

  #emit(data: Collected): void {
    const { id } = this.#message;
    if (this.#settled) return;
    this.#context.receive('bytes' in data && id !== undefined ? { ...data, relatesTo: id } : data);
  }

  /** A body has one message: without this one there is no answer. */
  #overLimit(body: MessageBuffer, then: Refusal | undefined): void {
    const { id } = this.#message;
    const data = body.take();
    // A refusal is told first: whoever hears first of what is too large would take the request for carried out.
    if (then) this.#tell(then, 'sent');
    this.#context.receive('oversize' in data && id !== undefined ? { ...data, relatesTo: id } : data);
    if (then) this.#drain();
    else this.#fail({ cause: 'the answer is too large' });
  }

  #endEvents(parser: SseParser, cause: string): void {
    this.#context.counters.ignoredEvents += parser.ignored;
    const { signal } = this.#message;
    const { lastEventId } = parser;
    const { sessionId } = this.#context.headers;
    // Without a signal nobody could say that the answer was among the events.
    const canResume =
      signal !== undefined && sessionId !== undefined && eventIdHeader(lastEventId) !== undefined;
    if (canResume) this.#resume(lastEventId, parser.retryMs);
    else this.#conclude({ cause });
  }

  #resume(lastEventId: string | undefined, retryMs: number | undefined): void {
    const { counters } = this.#context;
    const stream = new EventStream(this.#context, {
      lastEventId,
      retryMs,
      next: nextOfRequest,
      emit: (data) => this.#emit(data),
      again: () => (counters.resumed += 1),
      stopped: (stop) => this.#notResumed(stop),
      ignored: (events) => (counters.ignoredEvents += events),
    });
    this.#phase = { at: 'resuming', stream };
    counters.resumed += 1;
    stream.open(resumeMs(retryMs));
  }

  #notResumed(stop: Stop): void {
    if (stop.kind === 'forgotten') this.#listener.forgotten();
    const why = stop.kind === 'none' ? stop.cause : stop.kind === 'forgotten' ? 'status 404' : stop.reason;
    // Without the status: it is what the server said of the stream, and says nothing of the request.
    this.#conclude({ cause: `the stream ended without an answer and could not be resumed: ${why}` });
  }

  /** The server refused it, because it does not know the session any more. */
  #forget(): void {
    this.#listener.forgotten();
    this.#fail({ status: 404 }, 'unsent');
  }

  /**
   * An answer with 404 that could not be read whole may have been the answer to a request that was carried out: nothing
   * is known, and nothing goes out again. A session that is gone is found out by the next message.
   */
  #doubt(): void {
    this.#fail({ cause: 'its answer with status 404 could not be read whole' });
  }

  /** It has no answer, whatever still comes. */
  #fail(refusal: Refusal, sent: Sent = 'sent'): void {
    this.#tell(refusal, sent);
    this.#drain();
  }

  /** Nothing more comes. If there was an answer among the messages, this says nothing new. */
  #conclude(refusal: Refusal): void {
    this.#phase = { at: 'ended' };
    this.#tell(refusal, 'sent');
    this.#finish();
  }

  #tell(refusal: Refusal, sent: Sent): void {
    if (this.#settled) return;
    const { kind, id } = this.#message;
    if (kind === 'request' && id !== undefined) {
      this.#context.receive({ failed: { relatesTo: id, sent, ...refusal } });
    } else {
      this.#context.counters.undelivered += 1;
    }
  }

  #drain(): void {
    if (this.#phase.at === 'draining' || this.#phase.at === 'over') return;
    this.#phase = { at: 'draining' };
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.clock.after(DRAIN_MS, () => this.cut());
    this.#settle();
  }

  #finish(): void {
    if (this.#phase.at === 'over') return;
    this.#phase = { at: 'over' };
    this.#cancelTimer?.();
    this.#settle();
    this.#listener.gone(this);
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#message.signal?.removeEventListener('abort', this.#withdrawn);
    this.#listener.settled();
  }
}

/** The one place that reads a message: nothing else tells a call that was carried out from a session that is gone. */
function isAnswerTo(id: WireMessage['id'], body: Uint8Array): boolean {
  try {
    const message: unknown = JSON.parse(Buffer.from(body).toString());
    if (typeof message !== 'object' || message === null) return false;
    return 'id' in message && message.id === id && ('result' in message || 'error' in message);
  } catch {
    return false;
  }
}
