import type { Clock, Log, Policies, Random, Servers } from '@switchyard/plugin-api';
import { Subject, type Observable } from 'rxjs';
import type { MemoryWatch } from './memory-watch.ts';
import { ServerGuard } from './server-guard.ts';

/** What guards are made with. */
export interface GuardsContext {
  readonly policies: Policies;
  readonly servers: Pick<Servers, 'probe'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly memory: MemoryWatch;
}

/** The guards of all servers, each made when it is first asked for. */
export class Guards {
  readonly #context: GuardsContext;
  readonly #all = new Map<string, ServerGuard>();
  readonly #changes = new Subject<string>();
  readonly clock: Clock;
  readonly random: Random;
  /** Calls that were refused for want of memory. */
  shedForMemory = 0;

  constructor(context: GuardsContext) {
    this.#context = context;
    this.clock = context.clock;
    this.random = context.random;
  }

  /** The server of which something changed. Never errors. */
  get changes$(): Observable<string> {
    return this.#changes.asObservable();
  }

  /** The process is short of memory. */
  get isShort(): boolean {
    return this.#context.memory.isShort;
  }

  /** Undefined for a server that is not configured. */
  of(server: string): ServerGuard | undefined {
    return this.#all.get(server) ?? this.#make(server);
  }

  /** Each server that was asked for, with its guard. */
  get all(): ReadonlyMap<string, ServerGuard> {
    return this.#all;
  }

  /** The configuration says something else of a server, or nothing any more. */
  policyChanged(server: string): void {
    const guard = this.#all.get(server);
    if (!guard) return;
    const policy = this.#context.policies.of(server);
    if (policy) return guard.reset(policy);
    guard.close();
    this.#all.delete(server);
  }

  close(): void {
    this.#context.memory.close();
    for (const guard of this.#all.values()) guard.close();
  }

  #make(server: string): ServerGuard | undefined {
    const { policies, servers, clock, random, log } = this.#context;
    const policy = policies.of(server);
    if (!policy) return undefined;
    const guard = new ServerGuard(policy, {
      server,
      clock,
      random,
      log,
      probe: (name) => servers.probe(name),
      changed: () => this.#changes.next(server),
    });
    this.#all.set(server, guard);
    return guard;
  }
}
