/** How much one turn of the event loop begins, and how much may wait for the turns after it. */
export interface TurnLimits {
  readonly maxRequestsPerTurn: number;
  readonly maxRequestsWaiting: number;
  /** Of the bodies of those that wait. One may wait whatever its size. */
  readonly maxWaitingBytes: number;
}

/** What of a crowd is counted. */
export interface TurnCounts {
  /** Requests that wait for their turn now. */
  turnsAwaited: number;
  /** Requests that were refused because too many waited. */
  turnsRefused: number;
}

type Refusal = 'too many' | 'too much';

/** A connection, as far as it matters here whether it is read. */
export interface Resting {
  pause(): unknown;
  resume(): unknown;
}

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * Lets requests begin in the order in which they came, so many in one turn of the event loop and no more. One turn reads
 * from every socket that has something, and nothing else happens before it is over: where it began all of a thousand
 * requests, the answers of servers were read once in a thousand requests, and the gateway was busy with refusing the rest.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #counts: TurnCounts;
  readonly #waiting: Waiting[] = [];
  readonly #resting: Resting[] = [];
  /** Begun since the last turn that was seen to end; while there is no crowd, that may be many turns ago. */
  #begun = 0;
  #bytes = 0;
  #isWatching = false;

  constructor(limits: TurnLimits, counts: TurnCounts) {
    this.#limits = limits;
    this.#counts = counts;
  }

  /**
   * Asks for the turn of a request. Undefined: it is now. A promise: it is when that resolves. Text: it never is, because
   * too many wait, or too much.
   * @param bytes of its body
   */
  enter(bytes: number): Promise<void> | Refusal | undefined {
    // While somebody waits, as many have begun as may.
    if (this.#begun < this.#limits.maxRequestsPerTurn) {
      this.#begun += 1;
      this.#watch();
      return undefined;
    }
    const refusal = this.#refusal(bytes);
    if (refusal !== undefined) {
      this.#counts.turnsRefused += 1;
      return refusal;
    }
    this.#bytes += bytes;
    return new Promise((begin) => {
      this.#waiting.push({ bytes, begin });
      this.#counts.turnsAwaited = this.#waiting.length;
    });
  }

  /**
   * Leaves a connection unread that had its answer while others wait: its next request waits in the kernel, where it is
   * a few bytes and no objects that outlive collections of young garbage, which was a third of what a call cost in a
   * crowd. Each turn goes back to some of them whatever else happens, to more while few wait here.
   */
  rest(connection: Resting): void {
    if (this.#waiting.length === 0) return;
    connection.pause();
    this.#resting.push(connection);
  }

  #refusal(bytes: number): Refusal | undefined {
    const { length } = this.#waiting;
    if (length === 0) return undefined;
    if (length >= this.#limits.maxRequestsWaiting) return 'too many';
    return this.#bytes + bytes > this.#limits.maxWaitingBytes ? 'too much' : undefined;
  }

  /** From half a turn on: to see the end of each turn would cost every call that comes alone. */
  #watch(): void {
    const isCrowd = this.#begun >= this.#limits.maxRequestsPerTurn / 2 || this.#resting.length > 0;
    if (this.#isWatching || !isCrowd) return;
    this.#isWatching = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    this.#isWatching = false;
    const { maxRequestsPerTurn } = this.#limits;
    const isLong = this.#waiting.length > 2 * maxRequestsPerTurn;
    const back = isLong ? Math.ceil(maxRequestsPerTurn / 4) : maxRequestsPerTurn;
    for (const connection of this.#resting.splice(0, back)) connection.resume();
    const next = this.#waiting.splice(0, maxRequestsPerTurn);
    this.#begun = next.length;
    this.#counts.turnsAwaited = this.#waiting.length;
    for (const { bytes, begin } of next) {
      this.#bytes -= bytes;
      begin();
    }
    this.#watch();
  }
}
