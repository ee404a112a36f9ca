import { GraphQLError } from 'graphql';

/** What a query asked for in a way that cannot be answered. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
