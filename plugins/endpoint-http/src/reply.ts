import type { ServerResponse } from 'node:http';
import type { Segments } from '@switchyard/protocol';
import { EventStream, type ResponseParts } from './event-stream.ts';
import { asArray } from './segments.ts';
import { writeJson } from './write-json.ts';

type ReplyState =
  /** Nothing is written: it may still become either. */
  | {
      readonly phase: 'waiting';
      readonly answers: Segments[];
      readonly status: number;
      readonly stopTimer: () => void;
    }
  | { readonly phase: 'streaming'; readonly stream: EventStream }
  /** Everything was answered, or the client hung up: what comes is dropped. */
  | { readonly phase: 'over' };

/**
 * The response to one POST (2025-11-25, transports, sending messages to the server). Nothing but answers: a JSON body.
 * As soon as something else comes first, or the answer lets wait, it becomes a stream of events.
 * A client that hangs up gives nothing up: its calls run on, and what they say is dropped.
 */
export class Reply {
  readonly #response: ServerResponse;
  readonly #parts: ResponseParts;
  readonly #batch: boolean;
  #pending: number;
  #state: ReplyState;

  /** @param expected how many requests the body had; a batch is answered with an array. */
  constructor(response: ServerResponse, parts: ResponseParts, expected: number, batch: boolean) {
    this.#response = response;
    this.#parts = parts;
    this.#batch = batch;
    this.#pending = expected;
    const stopTimer = parts.clock.after(parts.limits.streamAfterMs, () => this.#stream()?.keepAlive());
    this.#state = { phase: 'waiting', answers: [], status: 200, stopTimer };
    // Also emitted after a response that ended well; then there is nothing left to give up.
    response.once('close', () => this.#leave());
  }

  /** Whether what is sent now may still be read. */
  get open(): boolean {
    return this.#state.phase === 'waiting' || (this.#state.phase === 'streaming' && this.#state.stream.open);
  }

  /** Sends what comes before the answer: progress, a log line, a question. */
  notify(message: Segments): void {
    const stream = this.#stream();
    if (stream) stream.send(message);
    else this.#parts.counts.dropped += 1;
  }

  /**
   * Ends one request.
   * @param message absent: the request was cancelled and gets no response.
   * @param status of a single answer, if nothing was sent before.
   */
  answer(message: Segments | undefined, status = 200): void {
    this.#pending -= 1;
    switch (this.#state.phase) {
      case 'waiting':
        if (message) this.#state.answers.push(message);
        if (!this.#batch) this.#state = { ...this.#state, status };
        break;
      case 'streaming':
        if (message) this.#state.stream.send(message);
        break;
      case 'over':
        if (message) this.#parts.counts.dropped += 1;
        return;
    }
    if (this.#pending === 0) this.#end();
  }

  #end(): void {
    // Without any answer there is no JSON to send: a stream that ends says that nothing comes (cancellation).
    if (this.#state.phase === 'waiting' && this.#state.answers.length > 0) {
      const { answers, status } = this.#state;
      this.#leave();
      writeJson(this.#response, status, this.#batch ? asArray(answers) : answers[0]!);
      return;
    }
    const stream = this.#stream();
    this.#leave();
    stream?.end();
  }

  /** The stream that this response is from now on; undefined if it is over. */
  #stream(): EventStream | undefined {
    const state = this.#state;
    if (state.phase === 'streaming') return state.stream;
    if (state.phase === 'over') return undefined;
    state.stopTimer();
    const stream = new EventStream(this.#response, this.#parts);
    this.#state = { phase: 'streaming', stream };
    for (const answer of state.answers) stream.send(answer);
    return stream;
  }

  #leave(): void {
    if (this.#state.phase === 'waiting') this.#state.stopTimer();
    this.#state = { phase: 'over' };
  }
}
