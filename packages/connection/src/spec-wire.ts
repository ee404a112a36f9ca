import type { Loss, Received, RpcId, Sent, Wire, WireInfo, WireMessage } from '@switchyard/plugin-api';

/** What a server was sent. */
export interface Taken {
  readonly id?: RpcId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  /** The message as it stood on the wire. */
  readonly text: string;
  /** The message as the wire was given it. */
  readonly sent: WireMessage;
}

/** How a wire behaves that nobody has told otherwise. */
export interface WireScript {
  /** What the server does with a message. */
  readonly take: (message: Taken, wire: ScriptedWire) => void;
  /** Whether `open` succeeds: it waits for this. */
  readonly opening: Promise<void>;
  readonly holdsClose: boolean;
  readonly info: WireInfo;
}

/**
 * A wire whose other end is the test. Like a real one it delivers in order, never from within `send`, and nothing once
 * it is over.
 */
export class ScriptedWire implements Wire {
  readonly closed: Promise<Loss>;
  readonly info: WireInfo;
  /** Everything that was handed over, in order. */
  readonly taken: Taken[] = [];
  /** `held`: the wire does not say yet whether a message was handed over; the server sees it once it was. */
  #handing: Sent | 'held' = 'sent';
  phase: 'new' | 'open' | 'lost' = 'new';
  /** What `receive` threw: the session's fault, which a real wire would not survive. */
  readonly thrown: unknown[] = [];
  closeAsked = false;
  /** For how many milliseconds it was told to rest, each time. It does not: what it hands up is for the test to say. */
  readonly rests: number[] = [];
  /** Nothing is left of it: `close` has resolved. */
  gone = false;
  readonly #script: WireScript;
  readonly #held: ((sent: Sent) => void)[] = [];
  #settle!: (loss: Loss) => void;
  #receive: (received: Received) => void = () => {};
  #letGo!: () => void;
  readonly #goneAtLast = new Promise<void>((resolve) => (this.#letGo = resolve));

  constructor(script: WireScript) {
    this.#script = script;
    this.info = script.info;
    this.closed = new Promise((resolve) => (this.#settle = resolve));
    if (!script.holdsClose) this.#letGo();
  }

  async open(receive: (received: Received) => void): Promise<void> {
    this.#receive = receive;
    await this.#script.opening;
    if (this.phase === 'new') this.phase = 'open';
  }

  send(sent: WireMessage): Promise<Sent> {
    if (this.phase !== 'open' || this.#handing === 'unsent') return Promise.resolve('unsent');
    const text = Buffer.concat(sent.segments).toString();
    const message: Taken = { ...(JSON.parse(text) as Omit<Taken, 'text' | 'sent'>), text, sent };
    if (this.#handing === 'sent') {
      this.#hand(message);
      return Promise.resolve('sent');
    }
    return new Promise((resolve) =>
      this.#held.push((sent) => {
        if (sent === 'sent') this.#hand(message);
        resolve(sent);
      }),
    );
  }

  close(): Promise<void> {
    this.closeAsked = true;
    this.lose({ cause: 'was stopped' });
    return this.#goneAtLast.then(() => void (this.gone = true));
  }

  rest(ms: number): void {
    this.rests.push(ms);
  }

  /** How it takes what is sent from now on. */
  hand(handing: Sent | 'held'): void {
    this.#handing = handing;
  }

  /** Says of what was held back whether it was handed over. */
  decide(sent: Sent): void {
    for (const settle of this.#held.splice(0)) settle(sent);
  }

  /** The server, or the way to it, is gone. */
  lose(loss: Loss = { cause: 'exited with code 7', exitCode: 7 }): void {
    this.phase = 'lost';
    this.#settle(loss);
  }

  /** Nothing is left of it from now on. */
  releaseClose(): void {
    this.#letGo();
  }

  /** The server sends something: a message, or bytes as they are; perhaps on the stream of a request. */
  push(message: object | string | Uint8Array, relatesTo?: RpcId): void {
    const bytes =
      message instanceof Uint8Array
        ? message
        : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    this.#deliver(relatesTo === undefined ? { bytes } : { bytes, relatesTo });
  }

  respond(id: RpcId | undefined, answer: { readonly result: object } | { readonly error: object }): void {
    this.push({ jsonrpc: '2.0', id, ...answer });
  }

  notify(method: string, params?: object, relatesTo?: RpcId): void {
    this.push({ jsonrpc: '2.0', method, ...(params && { params }) }, relatesTo);
  }

  /** The server asks its client something. */
  ask(id: RpcId, method: string, params: object = {}, relatesTo?: RpcId): void {
    this.push({ jsonrpc: '2.0', id, method, params }, relatesTo);
  }

  /** The server sends something over the limit. */
  pushOversize(text: string, relatesTo?: RpcId): void {
    const bytes = Buffer.from(text);
    this.#deliver({
      oversize: { head: bytes.subarray(0, 4096), tail: bytes.subarray(-4096), length: bytes.length },
      ...(relatesTo !== undefined && { relatesTo }),
    });
  }

  /** One request is lost or refused while the wire lives. */
  failRequest(relatesTo: RpcId, sent: Sent, status?: number, more: object = {}): void {
    this.#deliver({ failed: { relatesTo, sent, ...(status !== undefined && { status }), ...more } });
  }

  /** The requests it took, by method. */
  requests(method: string): readonly Taken[] {
    return this.taken.filter((message) => message.method === method);
  }

  #hand(message: Taken): void {
    this.taken.push(message);
    queueMicrotask(() => {
      if (this.phase === 'open') this.#script.take(message, this);
    });
  }

  #deliver(received: Received): void {
    queueMicrotask(() => {
      if (this.phase !== 'open') return;
      try {
        this.#receive(received);
      } catch (error) {
        this.thrown.push(error);
      }
    });
  }
}
