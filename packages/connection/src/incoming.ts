import {
  payloadOf,
  type CatalogKind,
  type Clock,
  type Log,
  type Notice,
  type Observer,
  type Payload,
  type Received,
  type RpcId,
} from '@switchyard/plugin-api';
import {
  scan,
  type Era,
  type Frame,
  type FromServer,
  type Message,
  type Refusal,
} from '@switchyard/protocol';
import { idOfDamaged } from './id-of-damaged.ts';
import { isProse } from './prose.ts';
import type { PendingRequest, RequestEnd } from './request.ts';
import { Unasked } from './unasked.ts';

/** What the sorting works with. */
export interface IncomingContext {
  readonly server: string;
  readonly era: Era;
  readonly maxMessageBytes: number;
  readonly maxDepth: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each frame; undefined while nobody listens. */
  readonly observeFrame?: Observer['frame'];
}

/** Whom the messages are for. */
interface Recipient {
  /** The revision that the server agreed to, once it has. */
  revision(): string | undefined;
  /** A request that is not answered yet. */
  request(id: RpcId): PendingRequest | undefined;
  /** The request has its answer; forget it. */
  answered(id: RpcId, request: PendingRequest, frame: Frame): void;
  /** The request has an end without an answer; forget it. */
  ended(id: RpcId, request: PendingRequest, end: RequestEnd): void;
  /** Sends the answer to a request of the server's own. */
  reply(message: Message): void;
  listChanged(kinds: readonly CatalogKind[]): void;
  /** The server asks something of a client; `relatesTo`: on the stream of this request. */
  asked(ask: Extract<FromServer, { kind: 'ask' }>, relatesTo: RpcId | undefined): void;
  /** An answer came that nobody waits for. */
  late(id: RpcId): void;
  /** The server takes back what it asked. */
  withdrawn(id: RpcId): void;
  /** The server says something that belongs to no request. */
  noticed(kind: Notice['kind'], params: Payload): void;
  /** The server writes so much that is no message that the wire must be given up. */
  flooded(cause: string): void;
  /** The server says so much that nobody asked for that the wire should be silent for so many milliseconds. */
  talkative(ms: number): void;
}

/** More than so many lines within a second that are no messages would leave no time for the other servers. */
const FLOOD = 2_000;
const FLOOD_MS = 1_000;

/** The only revision whose servers may send several messages at once (2025-03-26, base protocol, batching). */
const BATCHING_VERSION = '2025-03-26';

type Failed = Extract<Received, { failed: unknown }>['failed'];

/** JSON, perhaps after a byte order mark, read as latin1. */
const DATA = /^(?:\u00ef\u00bb\u00bf)?\s*[{[]/;

/** How many messages that are no MCP are described in the log; the rest are only counted. */
const SAMPLED = 5;

/** One object for all lines of text. */
const PROSE: RequestEnd = { kind: 'damaged', reason: 'byte 0: a brace was expected' };

/** Sorts what a server sends on one wire: answers, requests of its own, notifications, and what is no message. */
export class Incoming {
  readonly #context: IncomingContext;
  readonly #recipient: Recipient;
  #dropped = 0;
  #stray: string | undefined;
  #sampled = 0;
  /** What is no message since `#noisySince`. */
  #noise = 0;
  #noisySince = -Infinity;
  #deaf = false;
  readonly #unasked: Unasked;

  constructor(context: IncomingContext, recipient: Recipient) {
    this.#context = context;
    this.#recipient = recipient;
    this.#unasked = new Unasked(context.clock, (ms) => recipient.talkative(ms));
  }

  /** Messages that were no MCP, answered nothing, or were too large to pass on. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How the first line began that was no message and no data either, in quotes. */
  get stray(): string | undefined {
    return this.#stray;
  }

  receive(received: Received): void {
    // A flood is in the pipe when it is noticed: not even that is read.
    if (this.#deaf) return;
    if ('oversize' in received) {
      const { head, tail, length } = received.oversize;
      this.#damaged(idOfDamaged(head, tail) ?? received.relatesTo, { kind: 'oversize', bytes: length }, head);
    } else if ('failed' in received) {
      const request = this.#recipient.request(received.failed.relatesTo);
      if (request) this.#recipient.ended(received.failed.relatesTo, request, endOf(received.failed));
    } else {
      this.#read(received.bytes, received.relatesTo);
    }
  }

  #read(bytes: Uint8Array, relatesTo: RpcId | undefined, inBatch = false): void {
    if (isProse(bytes)) return this.#damaged(undefined, PROSE, bytes);
    const { maxMessageBytes: maxBytes, maxDepth, observeFrame, server } = this.#context;
    const scanned = scan(bytes, { maxBytes, maxDepth });
    if (scanned.kind === 'frame') {
      const { kind, method } = scanned.frame;
      observeFrame?.({
        server,
        direction: 'in',
        kind,
        ...(method !== undefined && { method }),
        bytes: bytes.length,
      });
      this.#sort(scanned.frame, relatesTo, bytes.length);
    } else if (scanned.kind === 'batch') {
      const reason = this.#wrongBatch(inBatch);
      if (reason) this.#damaged(undefined, { kind: 'damaged', reason }, bytes);
      else for (const item of scanned.items) this.#read(item, relatesTo, true);
    } else {
      const { refusal } = scanned;
      this.#damaged(idOfRefused(refusal, bytes), { kind: 'damaged', reason: refusal.reason }, bytes);
    }
  }

  #wrongBatch(inBatch: boolean): string | undefined {
    if (this.#recipient.revision() !== BATCHING_VERSION) return `only ${BATCHING_VERSION} has batches`;
    // Each level would be scanned again, so depth would multiply the work.
    return inBatch ? 'it is a batch inside a batch' : undefined;
  }

  #sort(frame: Frame, relatesTo: RpcId | undefined, bytes: number): void {
    const { era } = this.#context;
    const message = era.upstream.read(frame);
    if (message.kind === 'response') {
      const request = this.#recipient.request(message.id);
      if (request) return this.#recipient.answered(message.id, request, message.frame);
      // Late, repeated or invented: nobody waits for it.
      this.#dropped += 1;
      this.#recipient.late(message.id);
    } else {
      this.#hear(message, relatesTo);
    }
    this.#unasked.count(bytes);
  }

  #hear(message: Exclude<FromServer, { kind: 'response' }>, relatesTo: RpcId | undefined): void {
    const { era } = this.#context;
    switch (message.kind) {
      case 'progress':
        this.#recipient.request(message.token)?.progressed?.(message.params);
        return;
      case 'ping':
        this.#recipient.reply(era.upstream.reply(message.id, { result: payloadOf({}) }));
        return;
      case 'ask':
        this.#recipient.asked(message, relatesTo);
        return;
      case 'withdrawn':
        this.#recipient.withdrawn(message.id);
        return;
      case 'listChanged':
        this.#recipient.listChanged(message.kinds);
        return;
      case 'log': {
        const request = relatesTo === undefined ? undefined : this.#recipient.request(relatesTo);
        if (request) request.logged?.(message.params);
        else this.#recipient.noticed('log', message.params);
        return;
      }
      case 'updated':
        this.#recipient.noticed('updated', message.params);
        return;
      case 'ignored':
        return;
    }
  }

  #measureNoise(): void {
    const now = this.#context.clock.now();
    if (now - this.#noisySince > FLOOD_MS) {
      this.#noisySince = now;
      this.#noise = 0;
    }
    this.#noise += 1;
    if (this.#noise <= FLOOD) return;
    this.#deaf = true;
    this.#recipient.flooded(`wrote ${FLOOD} lines within a second that are no messages`);
  }

  /** A message that cannot be passed on costs only the call that it answers. */
  #damaged(id: RpcId | undefined, end: RequestEnd, sample: Uint8Array): void {
    this.#dropped += 1;
    const request = id === undefined ? undefined : this.#recipient.request(id);
    if (request) this.#recipient.ended(id!, request, end);
    this.#measureNoise();
    if (this.#sampled >= SAMPLED) return;
    this.#sampled += 1;
    const start = Buffer.from(sample.subarray(0, 200)).toString('latin1');
    const begins = JSON.stringify(Buffer.from(sample.subarray(0, 200)).toString());
    const facts = {
      reason: end.kind === 'damaged' ? end.reason : end.kind,
      bytes: end.kind === 'oversize' ? end.bytes : sample.length,
      ...(id !== undefined && { id }),
      correlationId: request?.correlationId,
    };
    // What is data may be somebody's secret; what is not is a server that talks on the wrong stream.
    const isData = DATA.test(start);
    const { log } = this.#context;
    // One warning a session: a server that prints what it does would fill the log with it.
    log[this.#sampled === 1 ? 'warn' : 'debug']('dropped a message that cannot be passed on', {
      ...facts,
      ...(!isData && { begins }),
    });
    if (!isData) this.#stray ??= JSON.stringify(Buffer.from(sample.subarray(0, 80)).toString());
    if (isData) log.debug('what was dropped', { begins, correlationId: request?.correlationId });
  }
}

/** The id of a request of the server's own, or of a log line, may be equal to one of ours by chance. */
function idOfRefused({ of, id }: Refusal, bytes: Uint8Array): RpcId | undefined {
  if (of === 'request' || of === 'notification') return undefined;
  return (of === 'response' ? id : undefined) ?? idOfDamaged(bytes, bytes);
}

function endOf({ sent, status, cause, retryAfterMs }: Failed): RequestEnd {
  if (sent === 'unsent') return { kind: 'unsent' };
  if (status !== undefined && status >= 300) {
    return {
      kind: 'refused',
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(cause !== undefined && { words: cause }),
    };
  }
  return { kind: 'lost', loss: { cause: cause ?? 'lost the request' } };
}
