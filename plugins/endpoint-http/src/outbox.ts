import type { Topic } from '@switchyard/client-session';
import type { Segments } from '@switchyard/protocol';
import { sizeOf } from './segments.ts';

/** A message that waits for its reader. */
export interface Held {
  readonly message: Segments;
  /** Absent: an answer. */
  readonly topic: Topic | undefined;
  readonly bytes: number;
}

/** How much may wait in one place. */
export interface OutboxLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/**
 * Messages that nobody reads yet, in order. A newer one takes the place of an older one with the same key; over the
 * limits log lines go first, then what a later look at the lists makes good, then the oldest. The newest always stays:
 * one message may be larger than the limit.
 */
export class Outbox {
  readonly #held = new Map<string | number, Held>();
  #count = 0;
  bytes = 0;

  get size(): number {
    return this.#held.size;
  }

  /** Returns how many messages had to go for it. */
  hold(message: Segments, topic: Topic | undefined, limits: OutboxLimits): number {
    const key = topic?.key ?? this.#count++;
    const bytes = sizeOf(message);
    this.bytes += bytes - (this.#held.get(key)?.bytes ?? 0);
    this.#held.set(key, { message, topic, bytes });
    let shed = 0;
    while (this.#held.size > 1 && (this.#held.size > limits.maxMessages || this.bytes > limits.maxBytes)) {
      this.#drop(this.#leastImportant(key));
      shed += 1;
    }
    return shed;
  }

  /** All that is held, which then is not any more. */
  take(): readonly Held[] {
    const all = [...this.#held.values()];
    this.#held.clear();
    this.bytes = 0;
    return all;
  }

  #leastImportant(newest: string | number): string | number {
    let keyed: string | number | undefined;
    let oldest: string | number | undefined;
    for (const [key, { topic }] of this.#held) {
      if (key === newest) continue;
      if (topic?.kind === 'log') return key;
      if (topic?.key !== undefined) keyed ??= key;
      oldest ??= key;
    }
    return keyed ?? oldest!;
  }

  #drop(key: string | number): void {
    this.bytes -= this.#held.get(key)!.bytes;
    this.#held.delete(key);
  }
}
