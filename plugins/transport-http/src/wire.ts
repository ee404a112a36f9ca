import {
  type Loss,
  type Received,
  type Sent,
  SwitchyardError,
  type Wire,
  type WireContext,
  type WireInfo,
  type WireMessage,
} from '@switchyard/plugin-api';
import { one } from './answer-plan.ts';
import { type Counters, newCounters } from './counters.ts';
import { EventStream } from './event-stream.ts';
import type { HttpOptions } from './options.ts';
import { OrderingGate } from './ordering-gate.ts';
import { Post, type PostContext, type PostListener } from './post.ts';
import { SessionHeaders } from './session-headers.ts';
import { type AnswerHeaders, type ClientClass, SocketPool } from './socket-pool.ts';
import { nextOfSession, type Stop } from './stream-policy.ts';
import type { HttpTarget } from './target.ts';

/** How long messages wait for the server to take the end of the handshake, and for the session's stream. */
const ACKNOWLEDGE_MS = 5_000;
const STREAM_MS = 2_000;
/** How long what is under way may still be answered once nothing new can be sent. */
const ENDING_MS = 2_000;
/** How long the server has to take the end of the session. */
const FAREWELL_MS = 2_000;

/** What a wire needs beside its target and its context. */
export interface HttpWireMeans {
  readonly options: HttpOptions;
  readonly loadClient: () => Promise<ClientClass>;
  /** In [0, 1). */
  readonly chance: () => number;
}

/** `ending`: nothing new can be sent, but what is under way may still be answered. */
type Phase =
  | { readonly at: 'new' | 'opening' | 'over' }
  | { readonly at: 'live'; readonly post: PostContext }
  | { readonly at: 'ending'; readonly loss: Loss; readonly cancelTimer: () => void };

/** A wire to a URL: one POST a message (2025-11-25, transports, Streamable HTTP). */
export class HttpWire implements Wire, PostListener {
  readonly closed: Promise<Loss>;
  readonly info: WireInfo;
  readonly counters: Counters = newCounters();
  readonly #url: URL;
  readonly #headers: SessionHeaders;
  readonly #means: HttpWireMeans;
  readonly #context: WireContext;
  readonly #gate = new OrderingGate();
  readonly #posts = new Set<Post>();
  #awaited = 0;
  #phase: Phase = { at: 'new' };
  #pool: SocketPool | undefined;
  #stream: EventStream | undefined;
  #mayFarewell = true;
  #settle!: (loss: Loss) => void;
  #stopped: Promise<void> | undefined;

  constructor(target: HttpTarget, means: HttpWireMeans, context: WireContext) {
    this.#url = new URL(target.url);
    this.#headers = new SessionHeaders(target.headers);
    this.#means = means;
    this.#context = context;
    // Without path and query: they may hold secrets.
    this.info = { target: this.#url.origin };
    this.closed = new Promise((resolve) => (this.#settle = resolve));
  }

  /** Sockets to the server, those in use and idle ones. */
  get sockets(): { readonly open: number; readonly idle: number } {
    return { open: this.#pool?.size ?? 0, idle: this.#pool?.idle ?? 0 };
  }

  /** Loads the HTTP client. Nothing is sent: the first message makes the connection. */
  async open(receive: (received: Received) => void): Promise<void> {
    this.#phase = { at: 'opening' };
    const clientClass = await this.#means.loadClient();
    if (this.#phase.at !== 'opening') {
      throw new SwitchyardError('UPSTREAM_EXITED', { server: this.#context.server, cause: 'was stopped' });
    }
    const { clock, maxMessageBytes } = this.#context;
    const pool = new SocketPool(this.#url.origin, clientClass);
    this.#pool = pool;
    const post: PostContext = {
      pool,
      path: this.#url.pathname + this.#url.search,
      headers: this.#headers,
      maxMessageBytes,
      clock,
      chance: this.#means.chance,
      counters: this.counters,
      receive: (received) => {
        if (this.#phase.at !== 'over') receive(received);
      },
    };
    this.#phase = { at: 'live', post };
  }

  send(message: WireMessage): Promise<Sent> {
    if (this.#phase.at !== 'live' || message.signal?.aborted) return Promise.resolve('unsent');
    // Calls under way may wait for a response: that always has a socket.
    if (message.kind === 'request' && !this.#hasRoom()) {
      this.counters.refused += 1;
      return Promise.resolve('unsent');
    }
    const { post: context } = this.#phase;
    return new Promise((resolve) => {
      const endsHandshake = message.method === 'notifications/initialized';
      const post = new Post(message, context, endsHandshake ? this.#handshake(context) : this, resolve);
      this.#posts.add(post);
      this.#awaited += 1;
      this.#gate.pass(() => post.start());
      // Only after it has passed itself.
      if (endsHandshake) this.#gate.close();
    });
  }

  close(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  answered({ method }: WireMessage, status: number, headers: AnswerHeaders): string | undefined {
    const sessionId = one(headers['mcp-session-id']);
    if (method !== 'initialize' || status >= 300 || sessionId === undefined) return undefined;
    if (this.#headers.begin(sessionId)) return undefined;
    const cause = 'gave a session id that is not made of visible ASCII characters';
    this.#end({ cause });
    return `the server ${cause}`;
  }

  forgotten(): void {
    this.#mayFarewell = false;
    this.#end({ cause: 'forgot the session', httpStatus: 404, forgotten: true });
  }

  /** What lives on the wire is not ended by one socket that could not be had. */
  unconnected(post: Post, reason: string): void {
    const lives =
      this.#stream?.isConnected === true ||
      [...this.#posts].some((other) => other !== post && other.isUnderWay);
    if (!lives) return this.unreachable(reason);
    this.counters.unconnected += 1;
    this.#context.log.debug('a message found no connection', { error: reason });
  }

  unreachable(reason: string): void {
    this.#mayFarewell = false;
    this.#end({ cause: `cannot be reached at ${this.info.target}: ${reason}` });
  }

  hears(): boolean {
    return this.#stream?.isThere === true;
  }

  settled(): void {
    this.#awaited -= 1;
    if (this.#phase.at === 'ending' && this.#awaited === 0) this.#lose(this.#phase.loss);
  }

  gone(post: Post): void {
    this.#posts.delete(post);
  }

  /** A slot that only drains an old answer is given up for a request. */
  #hasRoom(): boolean {
    const { maxSockets } = this.#means.options;
    if (this.#posts.size < maxSockets) return true;
    for (const post of [...this.#posts]) if (post.isDraining) post.cut();
    return this.#posts.size < maxSockets;
  }

  /**
   * What follows the end of the handshake waits until the server has taken it and the session's stream was asked for:
   * what it says in between would otherwise be lost (2025-11-25, lifecycle, initialization).
   */
  #handshake(context: PostContext): PostListener {
    let isTaken = false;
    const taken = () => {
      if (isTaken) return;
      isTaken = true;
      cancelTimer();
      if (this.#phase.at === 'live') this.#listen(context, () => this.#gate.open());
    };
    const cancelTimer = this.#context.clock.after(ACKNOWLEDGE_MS, taken);
    return {
      answered: (message, status, headers) => this.answered(message, status, headers),
      forgotten: () => this.forgotten(),
      unconnected: (post, reason) => this.unconnected(post, reason),
      hears: () => this.hears(),
      settled: () => {
        this.settled();
        taken();
      },
      gone: (post) => this.gone(post),
    };
  }

  /** Asks for the stream of what the server says by itself; `asked` is called when it has answered or takes too long. */
  #listen(context: PostContext, asked: () => void): void {
    let isAsked = false;
    const attempted = () => {
      if (isAsked) return;
      isAsked = true;
      cancelTimer();
      asked();
    };
    const cancelTimer = this.#context.clock.after(STREAM_MS, attempted);
    this.#stream = new EventStream(context, {
      next: nextOfSession,
      emit: (data) => context.receive(data),
      attempted,
      again: () => {
        this.counters.reconnected += 1;
        this.#unheard();
      },
      stopped: (stop) => {
        this.#unheard();
        this.#deaf(stop);
      },
      ignored: (events) => (this.counters.ignoredEvents += events),
    });
    this.#stream.open();
  }

  #unheard(): void {
    for (const post of [...this.#posts]) post.unheard();
  }

  #deaf(stop: Stop): void {
    if (stop.kind === 'forgotten') this.forgotten();
    else if (stop.kind === 'unreachable') this.unreachable(stop.reason);
    else this.#context.log.debug('the server has no stream for its session', { error: stop.cause });
  }

  /** Takes nothing more, lets what is under way be answered for a moment, and is lost then. */
  #end(loss: Loss): void {
    if (this.#phase.at !== 'live') return;
    const cancelTimer = this.#context.clock.after(ENDING_MS, () => this.#lose(loss));
    this.#phase = { at: 'ending', loss, cancelTimer };
    this.#stream?.close();
    this.#unheard();
    for (const post of [...this.#posts]) post.withdraw();
    // Whoever noticed is mostly under way itself, and says so when it has told its own end.
    if (this.#phase.at === 'ending' && this.#awaited === 0) this.#lose(loss);
  }

  #lose(loss: Loss): void {
    if (this.#phase.at === 'over') return;
    if (this.#phase.at === 'ending') this.#phase.cancelTimer();
    this.#phase = { at: 'over' };
    this.#settle(loss);
  }

  async #stop(): Promise<void> {
    this.#lose({ cause: 'was stopped' });
    this.#stream?.close();
    for (const post of [...this.#posts]) post.cut();
    const pool = this.#pool;
    if (!pool) return;
    if (this.#mayFarewell && this.#headers.sessionId !== undefined) await this.#farewell(pool);
    await pool.destroy();
  }

  /** Ends the session (2025-11-25, transports, session management); whatever the answer is, it was said. */
  #farewell(pool: SocketPool): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        cancelTimer();
        resolve();
      };
      const cancelTimer = this.#context.clock.after(FAREWELL_MS, over);
      pool.request(
        { method: 'DELETE', path: this.#url.pathname + this.#url.search, headers: this.#headers.delete() },
        { sent: () => {}, head: over, body: () => {}, ended: over, broken: over },
      );
    });
  }
}
