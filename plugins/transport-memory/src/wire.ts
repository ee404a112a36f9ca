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
import { load } from './load.ts';
import type { MemoryPeer } from './peer.ts';
import type { MemoryTarget } from './target.ts';

/** How much of a message over the limit is kept at each end, as `Received` promises. */
const KEPT = 4096;

/** A wire to a server inside this process. */
export class MemoryWire implements Wire {
  readonly closed: Promise<Loss>;
  readonly info: WireInfo;
  readonly #target: MemoryTarget;
  readonly #context: WireContext;
  #phase: 'new' | 'open' | 'over' = 'new';
  #settle!: (loss: Loss) => void;
  #take: (bytes: Uint8Array) => void = () => {};
  #endings: (() => void)[] = [];

  constructor(target: MemoryTarget, context: WireContext) {
    this.#target = target;
    this.#context = context;
    this.info = 'module' in target ? { target: target.module } : {};
    this.closed = new Promise((resolve) => (this.#settle = resolve));
  }

  async open(receive: (received: Received) => void): Promise<void> {
    const serve = await load(this.#target, this.#context);
    if (this.#phase === 'new') {
      this.#phase = 'open';
      const options = 'module' in this.#target ? this.#target.arguments : {};
      this.#guard(() => {
        const ending = serve(this.#peer(receive), options);
        if (ending) this.#endings.push(ending);
      });
    }
    if (this.#phase !== 'open') {
      const { cause } = await this.closed;
      throw new SwitchyardError('UPSTREAM_EXITED', { server: this.#context.server, cause });
    }
  }

  send(message: WireMessage): Promise<Sent> {
    if (this.#phase !== 'open') return Promise.resolve('unsent');
    const bytes = Buffer.concat(message.segments);
    this.#later(() => this.#guard(() => this.#take(bytes)));
    return Promise.resolve('sent');
  }

  close(): Promise<void> {
    this.#end({ cause: 'was stopped' });
    return Promise.resolve();
  }

  #peer(receive: (received: Received) => void): MemoryPeer {
    return {
      send: (message) => {
        const bytes = typeof message === 'string' ? Buffer.from(message) : message;
        this.#later(() =>
          receive(bytes.length > this.#context.maxMessageBytes ? oversize(bytes) : { bytes }),
        );
      },
      onMessage: (take) => {
        this.#take = take;
      },
      onClose: (run) => {
        this.#endings.push(run);
      },
      close: () => this.#later(() => this.#end({ cause: 'closed the wire' })),
    };
  }

  /** The microtask queue keeps the order and lets nobody be called from within a `send` of their own. */
  #later(run: () => void): void {
    queueMicrotask(() => {
      if (this.#phase === 'open') run();
    });
  }

  /** An exception in a microtask would end the whole process; a server's ends its wire, as a crash ends a child. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#end({ cause: `threw: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  #end(loss: Loss): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#settle(loss);
    // The wire is over by now, so that an exception in one of these is dropped and the others still run.
    for (const ending of this.#endings.splice(0)) this.#guard(ending);
  }
}

function oversize(bytes: Uint8Array): Received {
  return { oversize: { head: bytes.slice(0, KEPT), tail: bytes.slice(-KEPT), length: bytes.length } };
}
