import type { Reply, Topic } from '@switchyard/client-session';
import type { Segments } from '@switchyard/protocol';

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** Collects the answers to a batch into one (JSON-RPC 2.0, 6; 2025-03-26, base protocol, batching). */
export class BatchReply implements Reply {
  readonly #line: Reply;
  readonly #answers: Segments[] = [];
  #expected: number;

  /**
   * @param line where what is no answer goes at once, and the array of answers when all are there.
   * @param expected how many requests the batch has, at least 1.
   */
  constructor(line: Reply, expected: number) {
    this.#line = line;
    this.#expected = expected;
  }

  get open(): boolean {
    return this.#line.open;
  }

  notify(message: Segments, topic: Topic): void {
    this.#line.notify(message, topic);
  }

  answer(message: Segments | undefined): void {
    if (message) this.#answers.push(message);
    this.#expected -= 1;
    if (this.#expected === 0) this.#line.answer(this.#answers.length === 0 ? undefined : this.#array());
  }

  #array(): Segments {
    const listed = this.#answers.flatMap((message, i) => (i === 0 ? message : [COMMA, ...message]));
    return [OPEN, ...listed, CLOSE];
  }
}
