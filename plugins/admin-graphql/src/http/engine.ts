import { execute, subscribe, type DocumentNode, type ExecutionResult } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { AdminApi, AdminContext } from '../admin-api.ts';
import { type ShowError, shownResult, statusOf } from './shown-error.ts';

/** What of one operation is known before Yoga has it. */
export interface Prepared {
  readonly principal: string;
  /** Read, found valid, and within the limits. */
  readonly document: DocumentNode;
  /** Its errors as the client sees them. */
  readonly show: ShowError;
}

/** Yoga over one schema. */
export type Engine = YogaServerInstance<Prepared, AdminContext>;

/**
 * Yoga, without what the route before it has done already (reading and checking documents), and without the pages and
 * dialects that an admin API must not have.
 */
export function createEngine(api: AdminApi): Engine {
  return createYoga<Prepared, AdminContext>({
    schema: api.schema,
    context: ({ principal }) => api.contextFor(principal),
    plugins: [ownExecutor, preparedDocument, shownErrors],
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    parserAndValidationCache: false,
    // Both are ours: errors are shown as those of all other faces, and the log is the gateway's.
    maskedErrors: false,
    logging: false,
  });
}

/** The executor of graphql itself: it alone can be told to suggest no names in errors. */
const ownExecutor: Plugin<AdminContext, Prepared> = {
  onExecute({ setExecuteFn }) {
    setExecuteFn((args) => execute({ ...args, hideSuggestions: true }));
  },
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn((args) => subscribe({ ...args, hideSuggestions: true }));
  },
};

const preparedDocument: Plugin<AdminContext, Prepared> = {
  onParse({ context, setParsedDocument }) {
    setParsedDocument((context as unknown as Prepared).document);
  },
  onValidate({ setResult }) {
    setResult([]);
  },
};

const shownErrors: Plugin<AdminContext, Prepared> = {
  onResultProcess({ result, setResult, serverContext }) {
    if (Array.isArray(result) || Symbol.asyncIterator in result) return;
    const shown = shownResult(result as ExecutionResult, serverContext.show);
    // Yoga takes the status from here, and leaves it out of the answer.
    setResult({ ...shown, extensions: { http: { status: statusOf(shown) } } } as never);
  },
};
