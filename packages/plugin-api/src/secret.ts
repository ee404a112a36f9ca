/** What is shown of a secret, in a log, an error or an answer. */
export const REDACTED = '[redacted]';

const BRAND: unique symbol = Symbol.for('switchyard:secret') as never;
/** What `util.inspect` and `console.log` ask for; named here, so that this package needs nothing of Node.js. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/**
 * A text that must never be shown. It prints `[redacted]` however it is printed: whoever needs the text itself has to
 * say so, and a search for `reveal` finds them all.
 */
export class Secret {
  readonly [BRAND] = true;
  // Truly private: neither inspection nor a clone nor a spread can see it.
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Whether `value` is a secret, from whatever copy of this package. */
  static is(value: unknown): value is Secret {
    return typeof value === 'object' && value !== null && BRAND in value && value[BRAND] === true;
  }

  /** The text itself: at the last moment, and never into a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}
