import type { Clock, HttpRequest, Log } from '@switchyard/plugin-api';
import { execute, type ExecutionArgs, type ExecutionResult, subscribe } from 'graphql';
import type { AdminApi } from '../admin-api.ts';
import { sendEvents } from './event-response.ts';
import { createOperations } from './operation.ts';
import type { GraphqlOptions } from './options.ts';
import { malformed, type Refusal } from './refusal.ts';
import { type GraphqlRequest, readRequest } from './request-body.ts';
import { accepted, refusedHead } from './request-head.ts';
import { errorsOf, type ShowError, shownError } from './shown-error.ts';
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

/** Serves a schema over HTTP: JSON for queries and mutations, server-sent events for subscriptions. */
export function createGraphqlServer(
  api: AdminApi,
  { log, clock, options }: GraphqlServerParts,
): GraphqlServer {
  const counts: GraphqlCounts = { handled: 0, refused: 0 };
  const subscribers = createSubscribers(options);
  const operationOf = createOperations(api.schema);

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
    const args = {
      schema: api.schema,
      document: read.document,
      contextValue: api.contextFor(request.principal),
      variableValues: asked.variables,
      operationName: asked.operationName,
      hideSuggestions: true,
    };
    if (isSubscription) return follow(request, args);
    counts.handled += 1;
    const result = await execute(args);
    const show = errorsOf(log, 'BAD_USER_INPUT');
    if (accepts.json) answer(request, result, show);
    else await sendEvents(request.response, once(result), { clock, textOf: (one) => textOf(one, show) });
  }

  async function follow(request: HttpRequest, args: ExecutionArgs): Promise<void> {
    const { incoming, response, principal } = request;
    if (response.destroyed) return;
    const refused = subscribers.admit(`${principal} ${incoming.socket.remoteAddress}`, response);
    if (refused) return refuse(request, refused);
    const results = await subscribe(args);
    if (!(Symbol.asyncIterator in results)) return answer(request, results, errorsOf(log, 'BAD_USER_INPUT'));
    // The client may have gone while the source was found.
    if (response.destroyed) return void (await results.return(undefined));
    counts.handled += 1;
    const show = errorsOf(log, 'BAD_USER_INPUT');
    await sendEvents(response, results, { clock, textOf: (result) => textOf(result, show) });
  }

  function refuse({ response }: HttpRequest, { status, rule, error, headers }: Refusal): void {
    counts.refused += 1;
    log.debug('request refused', { status, rule, code: error.number });
    writeJson(response, status, JSON.stringify({ errors: [shownError(error, rule)] }), headers);
  }

  return { handle, close: () => subscribers.close(), counts, subscribers: subscribers.counts };
}

/** Without data nothing was carried out, and the status says so whatever the client accepts. */
function answer({ response }: HttpRequest, result: ExecutionResult, show: ShowError): void {
  const errors = result.errors?.map(show);
  const isInside = errors?.some(({ extensions }) => extensions?.['code'] === 'INTERNAL') === true;
  const status = 'data' in result ? 200 : isInside ? 500 : 400;
  writeJson(response, status, JSON.stringify(errors ? { errors, ...dataOf(result) } : dataOf(result)));
}

function textOf(result: ExecutionResult, show: ShowError): string {
  return JSON.stringify({ ...(result.errors && { errors: result.errors.map(show) }), ...dataOf(result) });
}

/** Never the `extensions` of a result: nobody here sets them. */
function dataOf(result: ExecutionResult): Pick<ExecutionResult, 'data'> {
  return 'data' in result ? { data: result.data ?? null } : {};
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
