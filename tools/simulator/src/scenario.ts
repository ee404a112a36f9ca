import type { AnswerPlan, CallPlan } from './call-plan.ts';
import type { Manners } from './world.ts';

/** One entry of the configuration, as it is written. */
export interface Entry {
  readonly transport: 'spawn' | 'net';
  readonly options: { readonly version: number };
  readonly start: 'eager' | 'lazy' | 'manual';
  readonly reload: 'make-first' | 'break-first';
  readonly sharing: 'principal' | 'session' | 'all';
  readonly timeout: number;
  readonly startupTimeout: number;
  readonly idleTimeout?: number;
  readonly limits: { readonly maxConcurrent?: number; readonly queue?: number };
  readonly breaker: false | { readonly failures: number; readonly window: number; readonly cooldown: number };
  readonly tools: { readonly retrySafe: readonly string[] };
  readonly enabled: boolean;
}

/** A client of the simulation; its sessions come and go. */
export interface ClientPlan {
  readonly principal: string;
  readonly canBeAsked: boolean;
}

/** What another configuration is. */
export type Change =
  | 'nothing'
  | 'spelling'
  | 'syntax'
  | 'unknown_key'
  | 'gone'
  | 'bad_entry'
  | 'add'
  | 'remove'
  | 'version'
  | 'limits'
  | 'timeout'
  | 'enabled'
  | 'retry_safe'
  | 'breaker'
  | 'idle'
  | 'start'
  | 'sharing'
  | 'max_processes';

/** One thing that happens. Numbers choose among what is there at that moment, so that a step means something in any schedule. */
export type Step =
  | {
      readonly do: 'call';
      readonly n: number;
      readonly client: number;
      readonly server: number;
      readonly tool: number;
      readonly timeoutMs?: number;
      readonly wantsProgress: boolean;
      readonly plan: CallPlan;
    }
  | { readonly do: 'list' | 'subscribe' | 'unsubscribe'; readonly client: number; readonly server: number }
  | { readonly do: 'cancel' | 'reply'; readonly which: number }
  | { readonly do: 'vanish' | 'set_level'; readonly client: number; readonly cancels: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'pass_to_next' }
  | { readonly do: 'jump'; readonly ms: number }
  | {
      readonly do: 'crash';
      readonly server: number;
      readonly which: number;
      readonly exitCode: number;
      readonly forgotten: boolean;
    }
  | { readonly do: 'manners'; readonly server: number; readonly manners: Partial<Manners> }
  | { readonly do: 'go_on'; readonly server: number }
  | { readonly do: 'change_lists'; readonly server: number; readonly tools: number; readonly times: number }
  | {
      readonly do: 'say';
      readonly server: number;
      readonly which: number;
      readonly what:
        | 'noise'
        | 'garbage'
        | 'flood'
        | 'foreign'
        | 'again'
        | 'stray_progress'
        | 'question'
        | 'log'
        | 'updated'
        | 'ping';
      readonly id: number;
    }
  | {
      readonly do: 'order';
      readonly server: number;
      readonly order: 'start' | 'stop' | 'restart' | 'refresh' | 'probe';
    }
  | { readonly do: 'reload'; readonly server: number; readonly change: Change; readonly entry: Entry }
  | { readonly do: 'shutdown' };

/** Everything that one seed decides. */
export interface Scenario {
  readonly seed: number;
  readonly servers: Readonly<Record<string, { readonly entry: Entry; readonly manners: Manners }>>;
  readonly clients: readonly ClientPlan[];
  readonly steps: readonly Step[];
}

export type { AnswerPlan };
