import {
  SwitchyardError,
  type Clock,
  type Loss,
  type Received,
  type Sent,
  type Wire,
  type WireMessage,
} from '@switchyard/plugin-api';
import { answerOf, type Answering } from './scripted-peer.ts';
import type { Instance, Manners, World } from './world.ts';

/** What a wire is made with. */
export interface WireParts {
  readonly server: string;
  readonly version: number;
  readonly isRemote: boolean;
  readonly clock: Clock;
  readonly world: World;
  /** Is told what happens, for the trace and the counters. */
  readonly note: (what: string, about?: string) => void;
}

interface Waiting {
  readonly message: WireMessage;
  settle: (sent: Sent) => void;
}

/** The call that a message is, where it is one. */
function nonceOf({ method, segments }: WireMessage): string | undefined {
  if (method !== 'tools/call') return undefined;
  return /"nonce":"(\w+)"/.exec(Buffer.concat(segments).toString())?.[1];
}

/** A wire to a server of the simulation: bytes, losses and refusals as real ones have them, in virtual time. */
export function simulatedWire(parts: WireParts): Wire {
  const { server, version, isRemote, clock, world, note } = parts;
  const manners = (): Manners => world.manners.get(server)!;
  let receive: (received: Received) => void = () => {};
  let loss: Loss | undefined;
  let tellClosed: (loss: Loss) => void = () => {};
  const closed = new Promise<Loss>((resolve) => (tellClosed = resolve));
  let failOpen: (error: unknown) => void = () => {};
  let closing: Promise<void> | undefined;
  /** What the pipe did not take yet. */
  const waiting = new Set<Waiting>();
  /** Handed over, and the wire has not said so. */
  const untold = new Set<() => void>();
  /** What the server does not do while it hangs. */
  let parked: (() => void)[] = [];

  const isLive = (): boolean => instance.state === 'open' || instance.state === 'starting';

  const end = (why: Loss, state: 'lost' | 'closing'): void => {
    if (!isLive()) return;
    loss = why;
    instance.state = state;
    instance.endedAt = clock.now();
    for (const { settle } of waiting) settle('unsent');
    waiting.clear();
    for (const settle of untold) settle();
    untold.clear();
    parked = [];
    failOpen(new SwitchyardError('UPSTREAM_EXITED', { server, cause: why.cause }));
    tellClosed(why);
  };

  /** Later, unless the server is gone by then; while it hangs, when it goes on. */
  const later = (ms: number, run: () => void): void => {
    clock.after(ms, () => {
      if (!isLive()) return;
      if (manners().hangs) parked.push(run);
      else run();
    });
  };

  const hear = (received: Received): void => {
    if (isLive()) receive(received);
  };

  const peer: Answering = {
    server,
    get instance() {
      return instance;
    },
    isRemote,
    world,
    clock,
    manners,
    later,
    note,
    hear,
    say: (text, relatesTo) =>
      hear({ bytes: Buffer.from(text), ...(isRemote && relatesTo !== undefined && { relatesTo }) }),
    crash: (exitCode) => end({ cause: `exited with code ${exitCode}`, exitCode }, 'lost'),
  };
  const answers = answerOf(peer);

  const hand = ({ message, settle }: Pick<Waiting, 'message' | 'settle'>): void => {
    const text = Buffer.concat(message.segments).toString();
    const isTaken = answers.handed(text, message);
    if (!isTaken) return settle('unsent');
    if (!manners().tellsLate) return settle('sent');
    const tell = (): void => {
      untold.delete(tell);
      settle('sent');
    };
    untold.add(tell);
    clock.after(manners().latencyMs * 3 + 2, tell);
  };

  const wire: Wire = {
    open(given) {
      receive = given;
      instance.state = 'starting';
      note(`start ${manners().start}`, `${server} #${instance.id}`);
      return new Promise((resolve, reject) => {
        failOpen = reject;
        const { start, startMs } = manners();
        if (start === 'impossible')
          return reject(new SwitchyardError('COMMAND_NOT_FOUND', { server, command: server }));
        if (start === 'hangs') return undefined;
        clock.after(startMs, () => {
          if (instance.state !== 'starting') return;
          if (start === 'fails')
            return reject(new SwitchyardError('SPAWN_FAILED', { server, reason: 'no room' }));
          instance.state = 'open';
          resolve();
        });
        return undefined;
      });
    },
    send(message) {
      if (instance.state !== 'open') return Promise.resolve<Sent>('unsent');
      return new Promise((resolve) => {
        const item: Waiting = { message, settle: resolve };
        if (!manners().stalls && waiting.size === 0) return hand(item);
        waiting.add(item);
        const nonce = nonceOf(message);
        if (nonce !== undefined) world.inPipe.add(nonce);
        item.settle = (sent) => {
          if (nonce !== undefined) world.inPipe.delete(nonce);
          resolve(sent);
        };
        message.signal?.addEventListener('abort', () => {
          if (waiting.delete(item)) item.settle('unsent');
        });
      });
    },
    closed,
    close() {
      if (!closing) note('close', `${server} #${instance.id}`);
      closing ??= new Promise((resolve) => {
        const wasLive = isLive();
        end({ cause: 'was closed' }, 'closing');
        const gone = (): void => {
          instance.state = 'gone';
          world.instances.delete(instance);
          resolve();
        };
        if (instance.state === 'new') {
          instance.state = 'gone';
          tellClosed({ cause: 'was closed' });
        }
        // What ended by itself has nothing left to wait for.
        clock.after(wasLive ? manners().closeMs : 1, gone);
      });
      return closing;
    },
    get info() {
      return isRemote ? { target: server } : { pid: instance.id, target: server };
    },
  };

  const instance: Instance = {
    id: ++world.all.opened,
    server,
    version,
    wire,
    state: 'new',
    openedAt: clock.now(),
    endedAt: undefined,
    listed: undefined,
    act: {
      crash: ({ exitCode, forgotten }) => {
        const why = forgotten ? 'forgot the session' : `exited with code ${exitCode ?? 1}`;
        end(
          { cause: why, ...(forgotten && { forgotten }), ...(exitCode !== undefined && { exitCode }) },
          'lost',
        );
      },
      say: (text) => hear({ bytes: Buffer.from(text) }),
      goOn: () => {
        const runs = parked;
        parked = [];
        for (const run of runs) if (isLive()) run();
        for (const item of [...waiting]) {
          if (manners().stalls) break;
          waiting.delete(item);
          hand(item);
        }
      },
      get lastAnswer() {
        return answers.lastAnswer;
      },
      get openRequests() {
        return answers.openRequests;
      },
    },
  };
  world.instances.add(instance);
  void loss;
  return wire;
}
