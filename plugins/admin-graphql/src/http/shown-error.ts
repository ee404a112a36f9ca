import { randomUUID } from 'node:crypto';
import { type Log, SwitchyardError } from '@switchyard/plugin-api';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
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
    // Without a path it is of the request, and no resolver has run; with one, a resolver says by a code what may be seen.
    if (
      graphql &&
      (graphql.path === undefined || (thrown instanceof GraphQLError && typeof said === 'string'))
    ) {
      return {
        message: graphql.message,
        ...place,
        extensions: { ...graphql.extensions, code: said ?? code },
      };
    }
    correlationId ??= randomUUID();
    logged += 1;
    if (logged <= MAX_LOGGED) {
      const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      log.error('a resolver failed', { correlationId, path: graphql?.path?.join('.'), error: stack });
    }
    return { message: 'unexpected error', ...place, extensions: { code: 'INTERNAL', correlationId } };
  };
}

/** An error of ours without a place in a document. */
export function shownError(error: SwitchyardError, rule?: Rule): GraphQLFormattedError {
  const { message, code, number, remedy, where, why } = error;
  return { message, extensions: { code: rule ?? code, number, hint: remedy, where, why } };
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
