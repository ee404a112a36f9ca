import {
  answer,
  failed,
  parsePayload,
  SwitchyardError,
  type Call,
  type Exchange,
  type Execute,
  type Interceptor,
  type Log,
  type Outcome,
  type Route,
  type Router,
  type Sink,
} from '@switchyard/plugin-api';
import type { Ledger } from './ledger.ts';
import type { Observation } from './observation.ts';
import { maskOutcome } from './redaction/mask-outcome.ts';
import type { Redactor } from './redaction/redactor.ts';

/** What the pipeline is made of. */
export interface PipelineParts {
  readonly ledger: Ledger;
  readonly observation: Observation;
  readonly interceptors: readonly Interceptor[];
  readonly router: Router;
  /** The gate of the server that the router chose. */
  readonly gate: Execute;
  readonly redact: Redactor;
  readonly log: Log;
}

/** A concern on the path of a call. */
type Layer = (next: Execute) => Execute;

/** The path of a call, from a client's door to a server's gate (docs/life-of-a-call.md). Read it from top to bottom. */
export function buildPipeline({
  ledger,
  observation,
  interceptors,
  router,
  gate,
  redact,
  log,
}: PipelineParts): Execute {
  const at = (place: Interceptor['place']): Layer[] =>
    interceptors
      .filter((interceptor) => interceptor.place === place)
      .map((interceptor) => interceptor.wrap.bind(interceptor));
  const layers: Layer[] = [
    // Outermost, so that nothing is answered that was not counted.
    (next) => ledger.count(next, refusing(redact, log)),
    // Inside the count: an observer that asks for the ledger finds the call in it.
    observation.calls,
    // Around all that plugins do: a layer that throws is a fault, and client and observers still get an outcome.
    guarded(log),
    // Plugins that look at a client's call, whichever server it will go to.
    ...at('call'),
    // Names become servers here; what the gateway answers itself turns back here.
    routed(router, log),
    // Plugins that look at each attempt at one server: retries and breakers belong here.
    ...at('attempt'),
    // Innermost but for the gate, so that each attempt is told, and how long the server itself took.
    observation.attempts,
  ];
  // Innermost: the one gate of the server, which sends, holds or refuses.
  return layers.reduceRight<Execute>((next, layer) => layer(next), gate);
}

/** An error of the gateway's own on its way to the client: in the log by the number that the client has, and masked. */
function refusing(redact: Redactor, log: Log): (call: Call, outcome: Outcome) => Outcome {
  return (call, outcome) => {
    const masked = maskOutcome(outcome, redact);
    if (masked.kind !== 'error') return masked;
    const { data } = parsePayload(masked.error) as {
      readonly data?: { readonly code?: unknown; readonly server?: unknown };
    };
    log.debug('a call ended with an error of the gateway', {
      correlationId: call.id,
      method: call.method,
      name: call.name,
      server: data?.server,
      code: data?.code,
    });
    return masked;
  };
}

function guarded(log: Log): Layer {
  return (next) => (call, sink) => {
    try {
      const exchange: unknown = next(call, sink);
      if (!(exchange instanceof Promise)) return exchange as Exchange;
      // An interceptor must not be asynchronous; one in plain JavaScript may be, and its failure nobody would hear.
      exchange.catch((error: unknown) => sink({ kind: 'outcome', outcome: fault(call, error, log) }));
      return UNREACHABLE;
    } catch (error) {
      return answer(sink, fault(call, error, log));
    }
  };
}

/** A call whose exchange a layer kept to itself. */
const UNREACHABLE: Exchange = { cancel: () => {}, reply: () => 'unknown' };

/** The end of a call that a plugin's code threw at: how far it had come, nobody knows. */
function fault(call: Call, error: unknown, log: Log): Outcome {
  const { id: correlationId, method } = call;
  const stack = error instanceof Error ? error.stack : undefined;
  log.error('a layer of the pipeline failed', { correlationId, method, error, stack });
  return failed(call, SwitchyardError.from(error), { executed: 'unknown', phase: 'admission' });
}

function routed(router: Router, log: Log): Layer {
  return (next) => (call, sink) => {
    const route = router.route(call);
    return route instanceof Promise
      ? new RoutedLater(route, call, sink, (decided) => guarded(log)(follow(decided, next))(call, sink))
      : follow(route, next)(call, sink);
  };
}

function follow(route: Route, next: Execute): Execute {
  if (route.kind === 'answer') return (_call, sink) => answer(sink, route.outcome);
  const { server, name } = route;
  return (call, sink) => next(callAt(call, server, name), sink);
}

/** The call at its server, field by field: spreading an object costs more than all else that is done here. */
function callAt(call: Call, server: string, name: string | undefined): Call {
  return {
    id: call.id,
    method: call.method,
    params: call.params,
    name: name ?? call.name,
    server,
    principal: call.principal,
    audience: call.audience,
    client: call.client,
    wantsProgress: call.wantsProgress,
    canSuspend: call.canSuspend,
    canBeAsked: call.canBeAsked,
    timeoutMs: call.timeoutMs,
  };
}

/** A call whose route is not known yet; it can be cancelled all the same. */
class RoutedLater implements Exchange {
  readonly #sink: Sink;
  #cancelled = false;
  #exchange: Exchange | undefined;

  constructor(route: Promise<Route>, call: Call, sink: Sink, follow: (decided: Route) => Exchange) {
    this.#sink = sink;
    route.then(
      (decided) => {
        if (!this.#cancelled) this.#exchange = follow(decided);
      },
      (error: unknown) => {
        if (this.#cancelled) return;
        const bug = SwitchyardError.from(error);
        sink({ kind: 'outcome', outcome: failed(call, bug, { executed: 'no', phase: 'routing' }) });
      },
    );
  }

  cancel(reason: string): void {
    if (this.#exchange) return this.#exchange.cancel(reason);
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#sink({ kind: 'outcome', outcome: { kind: 'cancelled', reason } });
  }

  reply(askId: string, answer: Parameters<Exchange['reply']>[1]): 'taken' | 'unknown' {
    return this.#exchange?.reply(askId, answer) ?? 'unknown';
  }
}
