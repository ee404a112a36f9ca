import type { ServerResponse } from 'node:http';
import type { Reply, Topic } from '@switchyard/client-session';
import type { Segments } from '@switchyard/protocol';
import type { Deadlined } from './deadlines.ts';
import { STREAM_HEAD } from './event-response.ts';
import type { EventStream } from './event-stream.ts';
import type { ResponseParts } from './response-parts.ts';
import { asArray } from './segments.ts';
import type { Session } from './session.ts';
import { UnreadWatch } from './unread.ts';
import { writeJson } from './write-json.ts';

/**
 * The response to one POST (2025-11-25, transports, sending messages to the server). Nothing but answers: a JSON body.
 * As soon as something else comes first, or the answer lets wait, it becomes a stream of events.
 * A client that hangs up gives nothing up: its calls run on. Before there was a stream what they say is dropped; from
 * a stream the client has ids to come back with.
 */
export class PostReply implements Reply, Deadlined {
  due: Deadlined['due'];
  readonly #response: ServerResponse;
  readonly #session: Session;
  readonly #parts: ResponseParts;
  readonly #batch: boolean;
  /** Requests without an answer. */
  #pending: number;
  #phase: 'silent' | 'streaming' | 'over' = 'silent';
  #answers: Segments[] | undefined;
  #stream: EventStream | undefined;

  /** @param expected how many requests the body had; a batch is answered with an array. */
  constructor(
    response: ServerResponse,
    session: Session,
    parts: ResponseParts,
    expected: number,
    batch: boolean,
  ) {
    this.#response = response;
    this.#session = session;
    this.#parts = parts;
    this.#pending = expected;
    this.#batch = batch;
    parts.waiting.enter();
    parts.silent.add(this);
    response.once('close', () => this.#closed());
  }

  get open(): boolean {
    return this.#phase === 'silent' || (this.#phase === 'streaming' && this.#stream!.open);
  }

  notify(message: Segments, topic: Topic): void {
    if (this.#phase === 'silent') this.#becomeStream();
    if (this.#phase === 'streaming') this.#stream!.send(message, topic);
    else this.#parts.counts.dropped += 1;
  }

  answer(message: Segments | undefined, status = 200): void {
    this.#pending -= 1;
    this.#session.touch();
    switch (this.#phase) {
      case 'silent':
        if (message && !this.#batch) return this.#write(message, status);
        if (message) (this.#answers ??= []).push(message);
        break;
      case 'streaming':
        if (message) this.#stream!.send(message);
        break;
      case 'over':
        if (message) this.#parts.counts.dropped += 1;
        return;
    }
    if (this.#pending === 0) this.#end();
  }

  /** The answer lets wait: shows that somebody is there. */
  becomeStream(): void {
    this.#becomeStream();
    this.#stream?.comment();
  }

  #end(): void {
    if (this.#phase === 'streaming') {
      this.#phase = 'over';
      this.#session.completed(this.#stream!);
    } else if (this.#answers) {
      this.#write(asArray(this.#answers), 200);
    } else {
      this.#leave();
      // Without any answer there is no JSON to send: a stream that ends says that nothing comes (cancellation), and
      // one without ids that there is nothing to come back for.
      this.#response.writeHead(200, STREAM_HEAD).end();
    }
  }

  #write(body: Segments, status: number): void {
    this.#leave();
    // This connection is about to be closed: the client's next request must not be on its way by then.
    if (this.#parts.waiting.draining) this.#response.shouldKeepAlive = false;
    writeJson(this.#response, status, body);
    // Few answers are larger than what the system takes at once; then somebody has to see that they are read.
    if (this.#response.writableLength === 0) return;
    const watch = new UnreadWatch(this.#response, this.#parts);
    this.#response.once('close', () => watch.stop());
  }

  #becomeStream(): void {
    this.#parts.silent.delete(this);
    this.#phase = 'streaming';
    this.#stream = this.#session.openStream(this);
    this.#stream.listen(this.#response);
    for (const answer of this.#answers ?? []) this.#stream.send(answer);
    this.#answers = undefined;
  }

  #leave(): void {
    this.#phase = 'over';
    this.#parts.silent.delete(this);
  }

  #closed(): void {
    this.#parts.waiting.leave();
    if (this.#phase === 'silent') this.#leave();
  }
}
