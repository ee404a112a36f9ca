import type { UpstreamView } from '@switchyard/connection';
import type { Contributions, Log, ServerAspect, ServerAspectView } from '@switchyard/plugin-api';
import { merge, startWith, switchMap, type Observable } from 'rxjs';

/**
 * What plugins know of servers, put into their views. A server that is ready and of which somebody knows a problem is
 * shown as degraded; that is no change of phase of its connection, so its history says nothing of it.
 */
export class ServerAspects {
  readonly #contributed: Contributions<ServerAspect>;
  readonly #log: Log;
  readonly #failed = new Set<ServerAspect>();

  constructor(contributed: Contributions<ServerAspect>, log: Log) {
    this.#contributed = contributed;
    this.#log = log;
  }

  /** The server of which something changed. Never errors. */
  get changes$(): Observable<string> {
    return this.#contributed.changes$.pipe(
      startWith(this.#contributed.items),
      switchMap((aspects) => merge(...aspects.map(({ changes$ }) => changes$))),
    );
  }

  /** The view with all that is known. One that is disabled or cannot be started has no calls to know anything of. */
  addTo(view: UpstreamView): UpstreamView {
    const { items } = this.#contributed;
    if (items.length === 0 || view.conditions.length === 0) return view;
    return items.reduce((shown, aspect) => withAspect(shown, this.#of(aspect, view.name)), view);
  }

  #of(aspect: ServerAspect, server: string): ServerAspectView | undefined {
    try {
      return aspect.of(server);
    } catch (error) {
      // Told once: views are made with each change.
      if (!this.#failed.has(aspect)) {
        this.#failed.add(aspect);
        this.#log.error(`the aspect ${aspect.name} of a server failed`, { server, error });
      }
      return undefined;
    }
  }
}

function withAspect(view: UpstreamView, added: ServerAspectView | undefined): UpstreamView {
  if (!added) return view;
  const { condition, problem, breaker } = added;
  const { where } = view;
  return {
    ...view,
    ...(breaker && { breaker }),
    ...(condition && { conditions: [...view.conditions, condition] }),
    ...(problem &&
      view.phase === 'ready' && {
        phase: 'degraded' as const,
        since: Math.max(view.since, condition?.since ?? 0),
        // What the connection itself says of its server comes first.
        problem: view.problem ?? (where === undefined ? problem : { where, ...problem }),
      }),
  };
}
