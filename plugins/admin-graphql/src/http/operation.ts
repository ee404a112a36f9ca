import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { costOf, MAX_COST } from './cost.ts';
import { oversized, tooManyTokens } from './document-limits.ts';
import { malformed, type Refusal, tooMuch } from './refusal.ts';
import type { GraphqlRequest } from './request-body.ts';

/** A document that may be carried out. */
interface ReadDocument {
  readonly document: DocumentNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** What a request turned out to ask for. */
export type ReadOperation =
  | {
      readonly kind: 'operation';
      readonly document: DocumentNode;
      readonly operation: OperationDefinitionNode;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** `code`: at which step it failed. */
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[]; readonly code: string };

/** Dashboards send few documents, again and again. Each may be as long as a request. */
const MAX_KEPT = 50;

/** Reads the documents of requests against one schema; those that are good are kept, within a limit. */
export function createOperations(schema: GraphQLSchema): (request: GraphqlRequest) => ReadOperation {
  const kept = new Map<string, ReadDocument>();

  function readDocument(query: string): ReadDocument | Exclude<ReadOperation, { kind: 'operation' }> {
    const known = kept.get(query);
    if (known) {
      kept.delete(query);
      kept.set(query, known);
      return known;
    }
    let document: DocumentNode;
    try {
      const refusal = tooManyTokens(query);
      if (refusal) return { kind: 'refused', refusal };
      document = parse(query);
    } catch (error) {
      return { kind: 'invalid', errors: [error as GraphQLError], code: 'GRAPHQL_PARSE_FAILED' };
    }
    const refusal = oversized(document);
    if (refusal) return { kind: 'refused', refusal };
    const errors = validate(schema, document, undefined, { maxErrors: 10, hideSuggestions: true });
    if (errors.length > 0) return { kind: 'invalid', errors, code: 'GRAPHQL_VALIDATION_FAILED' };
    const read = { document, fragments: fragmentsOf(document) };
    kept.set(query, read);
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!);
    return read;
  }

  return ({ query, variables, operationName }) => {
    const read = readDocument(query);
    if ('kind' in read) return read;
    const { document, fragments } = read;
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      const reason = 'the document has not this one operation';
      return { kind: 'refused', refusal: malformed(400, 'OPERATION_UNKNOWN', reason) };
    }
    // Each time, for the variables say how large pages are.
    if (costOf({ schema, operation, fragments, variables }) > MAX_COST)
      return { kind: 'refused', refusal: tooMuch('QUERY_TOO_COSTLY', 'asks for too much') };
    return { kind: 'operation', document, operation };
  };
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}
