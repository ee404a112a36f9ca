import type { Clock, HttpRequest, Log } from '@switchyard/plugin-api';
import type { ExecutionResult } from 'graphql';
import type { AdminApi } from '../admin-api.ts';
import { createEngine, type Prepared } from './engine.ts';
import { sendEvents } from './event-response.ts';
import { createOperations } from './operation.ts';
import type { GraphqlOptions } from './options.ts';
import { malformed, type Refusal } from './refusal.ts';
import { type GraphqlRequest, readRequest } from './request-body.ts';
import { accepted, refusedHead } from './request-head.ts';
import { errorsOf, type ShowError, shownError, shownResult, statusOf } from './shown-error.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';

/** What a server is made of. */
export interface GraphqlServerParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly options: GraphqlOptions;
}

/** What became of requests. */
export interface GraphqlCounts {
  /** Queries and mutations that were carried out, and subscriptions that began. */
  handled: number;
  /** Requests and documents that were not carried out. */
  refused: number;
}

/** The admin API behind a route. */
export interface GraphqlServer {
  /** Answers one request of an `admin` route. */
  handle(request: HttpRequest): Promise<void>;
  /** Ends all subscriptions; resolves when none is left. */
  close(): Promise<void>;
  readonly counts: Readonly<GraphqlCounts>;
  readonly subscribers: Subscribers['counts'];
}

/** What is answered with events. */
interface Followed extends Prepared {
  readonly isSubscription: boolean;
}

type Results = ExecutionResult | AsyncGenerator<ExecutionResult>;

/**
 * Serves a schema over HTTP: JSON for queries and mutations, by Yoga; server-sent events for subscriptions, which Yoga
 * runs and we write, so that they can be counted, bounded and ended (docs/decisions/0016).
 */
export function createGraphqlServer(
  api: AdminApi,
  { log, clock, options }: GraphqlServerParts,
): GraphqlServer {
  const counts: GraphqlCounts = { handled: 0, refused: 0 };
  const subscribers = createSubscribers(options);
  const operationOf = createOperations(api.schema);
  const engine = createEngine(api);

  async function handle(request: HttpRequest): Promise<void> {
    const { incoming } = request;
    const refused = refusedHead(incoming.method, incoming.headers);
    if (refused) return refuse(request, refused);
    const read = readRequest(await request.body());
    if (read.kind === 'refused') return refuse(request, read.refusal);
    await carryOut(request, read.request);
  }

  async function carryOut(request: HttpRequest, asked: GraphqlRequest): Promise<void> {
    const read = operationOf(asked);
    if (read.kind === 'refused') return refuse(request, read.refusal);
    if (read.kind === 'invalid') {
      counts.refused += 1;
      return answer(request, { errors: read.errors }, errorsOf(log, read.code));
    }
    const isSubscription = read.operation.operation === 'subscription';
    const accepts = accepted(request.incoming.headers.accept);
    if (isSubscription && !accepts.events)
      return refuse(request, malformed(406, 'NOT_ACCEPTABLE', 'a subscription is text/event-stream'));
    const show = errorsOf(log, 'BAD_USER_INPUT');
    const prepared = { principal: request.principal, document: read.document, show };
    if (isSubscription || !accepts.json) return follow(request, asked, { ...prepared, isSubscription });
    counts.handled += 1;
    // The body is read already; Yoga takes it from here.
    const incoming = Object.assign(request.incoming, { body: { ...asked } });
    const answered = await engine.handleNodeRequestAndResponse(incoming, request.response, prepared);
    writeJson(request.response, answered.status, await answered.text());
  }

  /** Answers with events: a subscription, or one result for who reads nothing else. */
  async function follow(request: HttpRequest, asked: GraphqlRequest, prepared: Followed): Promise<void> {
    const { incoming, response, principal } = request;
    const { document, show, isSubscription } = prepared;
    if (response.destroyed) return;
    const refused = isSubscription
      ? subscribers.admit(`${principal} ${incoming.socket.remoteAddress}`, response)
      : undefined;
    if (refused) return refuse(request, refused);
    const { contextFactory, execute, subscribe, schema } = engine.getEnveloped(prepared);
    const args = {
      schema,
      document,
      contextValue: await contextFactory(),
      variableValues: asked.variables,
      operationName: asked.operationName,
    };
    const results = (await (isSubscription ? subscribe(args) : execute(args))) as Results;
    if (!(Symbol.asyncIterator in results)) {
      if (isSubscription) return answer(request, results, show);
      counts.handled += 1;
      return sendEvents(response, once(results), { clock, textOf: (one) => textOf(one, show) });
    }
    // The client may have gone while the source was found.
    if (response.destroyed) return void (await results.return(undefined));
    counts.handled += 1;
    await sendEvents(response, results, { clock, textOf: (result) => textOf(result, show) });
  }

  function refuse({ response }: HttpRequest, { status, rule, error, headers }: Refusal): void {
    counts.refused += 1;
    log.debug('request refused', { status, rule, code: error.number });
    writeJson(response, status, JSON.stringify({ errors: [shownError(error, rule)] }), headers);
  }

  return { handle, close: () => subscribers.close(), counts, subscribers: subscribers.counts };
}

function answer({ response }: HttpRequest, result: ExecutionResult, show: ShowError): void {
  const shown = shownResult(result, show);
  writeJson(response, statusOf(shown), JSON.stringify(shown));
}

function textOf(result: ExecutionResult, show: ShowError): string {
  return JSON.stringify(shownResult(result, show));
}

function writeJson(
  response: HttpRequest['response'],
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
