import type {
  Clock,
  Endpoint,
  HttpHost,
  HttpRequest,
  LedgerBalance,
  Log,
  Status,
} from '@switchyard/plugin-api';
import type { GraphqlServer } from './http/serve.ts';
import { whenIdle } from './when-idle.ts';

const PATH = '/graphql';

/** What the endpoint is made of. */
export interface EndpointParts {
  readonly http: HttpHost;
  readonly clock: Clock;
  readonly log: Log;
  readonly status: () => Status;
  readonly ledger: () => LedgerBalance;
  /** Resolves when the servers that start by themselves are there, or after a while. */
  readonly listed: () => Promise<void>;
  /** Other plugins add to the schema, so it must be checked before anybody is let in. */
  readonly hasModules: () => boolean;
  /** Loads GraphQL, and builds and checks the schema. @throws PLUGIN_CLASH, PLUGIN_INVALID */
  readonly load: () => Promise<GraphqlServer>;
}

/** The door, and what only its plugin asks of it. */
export interface GraphqlEndpoint extends Endpoint {
  /** Undefined until it was loaded. */
  readonly loaded: GraphqlServer | undefined;
}

/** The door of the admin API. GraphQL is loaded with the first request, or before it in an idle moment. */
export function createGraphqlEndpoint(parts: EndpointParts): GraphqlEndpoint {
  let loading: Promise<GraphqlServer> | undefined;
  let loaded: GraphqlServer | undefined;
  let unmount = () => {};
  let cancelWarmUp = () => {};
  let phase: 'open' | 'closed' = 'open';

  function server(): Promise<GraphqlServer> {
    loading ??= parts.load().then(
      (server) => (loaded = server),
      (error: unknown) => {
        // The next request tries again.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  async function handle(request: HttpRequest): Promise<void> {
    const { handle: answer } = await server();
    if (phase === 'closed') return void request.response.destroy();
    await answer(request);
  }

  async function close(): Promise<void> {
    phase = 'closed';
    unmount();
    cancelWarmUp();
    await loading?.catch(() => undefined);
    await loaded?.close();
  }

  return {
    kind: 'graphql',
    async open() {
      if (parts.hasModules()) await server();
      else cancelWarmUp = whenIdle(parts, warmUp);
      unmount = parts.http.mount({ path: PATH, audience: 'admin', handle });
      return { url: `${await parts.http.listen('admin')}${PATH}` };
    },
    close,
    get loaded() {
      return loaded;
    },
  };

  function warmUp(): void {
    server().catch((error: unknown) =>
      parts.log.error('the admin API could not be loaded', { error: String(error) }),
    );
  }
}
