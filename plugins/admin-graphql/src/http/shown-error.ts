import { randomUUID } from 'node:crypto';
import { type Log, SwitchyardError } from '@switchyard/plugin-api';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Rule } from './refusal.ts';

/** Lines of one operation: a list whose every item fails would fill the log, and a subscription to the log itself never end. */
const MAX_LOGGED = 5;

/** Turns the errors of one operation into what its client sees of them. */
export type ShowError = (error: unknown) => GraphQLFormattedError;

/**
 * An error of ours is shown with its number and remedy, a fault of the request as it is. Whatever else a resolver throws
 * stays inside: the client gets an id, and the log has a line with it and the stack.
 * @param code for faults of the request that have none
 */
export function errorsOf(log: Log, code: string): ShowError {
  let correlationId: string | undefined;
  let logged = 0;
  return (error) => {
    const graphql = error instanceof GraphQLError ? error : undefined;
    const place = graphql ? placeOf(graphql) : {};
    const thrown = graphql ? originOf(graphql) : error;
    if (SwitchyardError.is(thrown) && thrown.code !== 'BUG') return { ...place, ...shownError(thrown) };
    const said = graphql?.extensions['code'];
    if (graphql && isOfTheRequest(graphql, thrown)) {
      return {
        message: graphql.message,
        ...place,
        extensions: { ...graphql.extensions, code: said ?? code },
      };
    }
    correlationId ??= randomUUID();
    logged += 1;
    if (logged <= MAX_LOGGED) {
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      const fields = { correlationId, path: graphql?.path?.join('.'), error: String(thrown) };
      log.error('a resolver failed', stack === undefined ? fields : { ...fields, stack });
    }
    return { message: 'unexpected error', ...place, extensions: { code: 'INTERNAL', correlationId } };
  };
}

/**
 * Without a path no resolver has run: it is a fault of the document or its variables, unless it stands nowhere in them and
 * was thrown by what is around. With a path, a resolver says by a code what may be seen.
 */
function isOfTheRequest({ path, locations, extensions }: GraphQLError, thrown: unknown): boolean {
  if (path === undefined) return locations !== undefined || thrown instanceof GraphQLError;
  return thrown instanceof GraphQLError && typeof extensions['code'] === 'string';
}

/** An error of ours without a place in a document. */
export function shownError(error: SwitchyardError, rule?: Rule): GraphQLFormattedError {
  const { message, code, number, remedy, where, why } = error;
  return { message, extensions: { code: rule ?? code, number, hint: remedy, where, why } };
}

/** A result as its client sees it. Never its `extensions`: nobody here sets them. */
export interface ShownResult {
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data?: ExecutionResult['data'];
}

export function shownResult(result: ExecutionResult, show: ShowError): ShownResult {
  return {
    ...(result.errors && { errors: result.errors.map(show) }),
    ...('data' in result && { data: result.data ?? null }),
  };
}

/** Without data nothing was carried out, and the status says so whatever the client accepts. */
export function statusOf(result: ShownResult): number {
  if ('data' in result) return 200;
  const isInside = result.errors?.some(({ extensions }) => extensions?.['code'] === 'INTERNAL') === true;
  return isInside ? 500 : 400;
}

/** What a resolver threw, from within what graphql and its tools wrap it in. */
function originOf(error: GraphQLError): unknown {
  let thrown: unknown = error;
  while (thrown instanceof GraphQLError && thrown.originalError) thrown = thrown.originalError;
  return thrown;
}

function placeOf({ locations, path }: GraphQLError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return { ...(locations && { locations }), ...(path && { path }) };
}
