import type { Wire } from '@switchyard/plugin-api';

/** What becomes of the next start of a server. */
export type StartPlan = 'ready' | 'fails' | 'impossible' | 'exits' | 'refuses' | 'hangs' | 'never_lists';

/** How a server behaves from now on, whichever of its instances. Steps change it while calls are under way. */
export interface Manners {
  start: StartPlan;
  startMs: number;
  /** From the order to end until nothing is left. */
  closeMs: number;
  /** For each message, to the server and from it. */
  latencyMs: number;
  /** It reads and answers nothing; what it was to do is done when it goes on. */
  hangs: boolean;
  /** Its pipe takes nothing. */
  stalls: boolean;
  /** The wire says that a message was sent only after the server had it. */
  tellsLate: boolean;
  listsFail: boolean;
  /** How many tools it offers, and which edition of their descriptions. */
  tools: number;
  edition: number;
}

/** One instance of a server, as the simulation knows it. */
export interface Instance {
  readonly id: number;
  readonly server: string;
  /** The version in its entry. */
  readonly version: number;
  readonly wire: Wire;
  state: 'new' | 'starting' | 'open' | 'lost' | 'closing' | 'gone';
  readonly openedAt: number;
  /** When it was told to end, or ended by itself. */
  endedAt: number | undefined;
  /** What it said of itself last. */
  listed: { readonly edition: number; readonly tools: number } | undefined;
  /** Does something to the wire, for steps. */
  readonly act: Acts;
}

/** What a step may do to an instance. */
export interface Acts {
  /** The process ends by itself. `forgotten`: the session is not known any more. */
  crash(cause: { readonly exitCode?: number; readonly forgotten?: boolean }): void;
  /** Bytes of its own. */
  say(text: string): void;
  /** Goes on with what it did not do while it hung, or takes what its pipe did not take. */
  goOn(): void;
  /** Answers something that nobody asked: an id that may be anybody's. */
  readonly lastAnswer: { readonly id: number; readonly text: string } | undefined;
  readonly openRequests: readonly number[];
}

/** A message of a call that was handed to a server. */
export interface Delivery {
  readonly nonce: string;
  /** By the name that the server has for it. */
  readonly tool: string;
  readonly instance: Instance;
  readonly at: number;
  /** It may have been executed by now: the wire did not say that it was refused or not taken. */
  counts: boolean;
  /** The gateway was told that there will be no answer, or had one. */
  isOver: boolean;
}

/** All that servers are, did and were handed: what the checks compare with what the clients were told. */
export interface World {
  readonly manners: Map<string, Manners>;
  readonly instances: Set<Instance>;
  readonly all: { opened: number };
  /** By nonce. */
  readonly executions: Map<string, { readonly server: string; readonly pid: number; readonly run: number }[]>;
  readonly deliveries: Map<string, Delivery[]>;
  /** Calls of which a pipe has taken nothing yet. */
  readonly inPipe: Set<string>;
}

export function createWorld(): World {
  return {
    manners: new Map(),
    instances: new Set(),
    all: { opened: 0 },
    executions: new Map(),
    deliveries: new Map(),
    inPipe: new Set(),
  };
}

export const GOOD_MANNERS: Manners = {
  start: 'ready',
  startMs: 50,
  closeMs: 5,
  latencyMs: 1,
  hangs: false,
  stalls: false,
  tellsLate: false,
  listsFail: false,
  tools: 2,
  edition: 1,
};

/** A tool as a server describes it: the edition is in its description, so that a change of it can be seen. */
export function toolName(index: number): string {
  return `t${index}`;
}
