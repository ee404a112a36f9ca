import type { Policies, ServerPolicy } from '@switchyard/plugin-api';
import { Subject, type Observable } from 'rxjs';
import type { Configuration, ServerConfiguration } from '../configuration/index.ts';
import { nameMatcher } from './name-matcher.ts';

/** A policy with what it was made of, to know whether it changed. */
interface Known {
  readonly policy: ServerPolicy;
  readonly digest: string;
}

/** What the configuration in force says about calls, server by server. */
export class PolicyService implements Policies {
  readonly #changes = new Subject<string>();
  #known: ReadonlyMap<string, Known> = new Map();

  /** @param configuration$ the present one on subscription, then each change */
  constructor(configuration$: Observable<{ readonly value: Pick<Configuration, 'servers'> }>) {
    configuration$.subscribe(({ value }) => this.#take(value.servers));
  }

  get changes$(): Observable<string> {
    return this.#changes.asObservable();
  }

  of(server: string): ServerPolicy | undefined {
    return this.#known.get(server)?.policy;
  }

  #take(servers: readonly ServerConfiguration[]): void {
    const before = this.#known;
    const next = new Map<string, Known>();
    for (const server of servers) {
      const digest = digestOf(server);
      const known = before.get(server.name);
      next.set(server.name, known?.digest === digest ? known : { policy: policyOf(server), digest });
    }
    this.#known = next;
    const names = new Set([...before.keys(), ...next.keys()]);
    for (const name of names) if (before.get(name) !== next.get(name)) this.#changes.next(name);
  }
}

function policyOf({ timeoutMs, breaker, retrySafe }: ServerConfiguration): ServerPolicy {
  return { timeoutMs, breaker, retrySafe: nameMatcher(retrySafe) };
}

/** Of its connections, too: what is reached in another way is another server, of which nothing is known yet. */
function digestOf({ timeoutMs, breaker, retrySafe, digest }: ServerConfiguration): string {
  return JSON.stringify([timeoutMs, breaker, retrySafe, digest]);
}
