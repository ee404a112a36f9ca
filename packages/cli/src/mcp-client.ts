import { SwitchyardError } from '@switchyard/plugin-api';
import { eventData } from './event-stream.ts';
import { reach, unreachable } from './http.ts';
import { answeredError, type RpcError } from './rpc-error.ts';

/** Where to, and as whom. */
export interface McpClientOptions {
  /** The MCP endpoint: `http://127.0.0.1:4620/mcp`. */
  readonly url: string;
  /** The bearer token, where the gateway asks for one. */
  readonly token?: string;
  readonly version: string;
}

/** A session with a gateway, as any MCP client has one. */
export interface McpClient extends AsyncDisposable {
  /** @throws ANSWERED_WITH_ERROR, GATEWAY_UNREACHABLE, TOKEN_REQUIRED. */
  request(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>;
  /** All items of a list, page after page. */
  list<Item>(method: string, key: string): Promise<readonly Item[]>;
}

const PROTOCOL_VERSION = '2025-11-25';
/** A gateway of ours needs 32 at most; a cursor that leads in circles must not hang a command. */
const MAX_PAGES = 1_000;

/** Opens a session (2025-11-25, basic/transports, Streamable HTTP). Disposing of it ends it at the gateway too. */
export async function connectMcp({ url, token, version }: McpClientOptions): Promise<McpClient> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  let lastId = 0;

  const post = async (message: object): Promise<Response> => {
    const response = await reach(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
    if (response.status === 401) throw tokenRequired(url, token);
    return response;
  };
  const request: McpClient['request'] = async (method, params) => {
    const id = ++lastId;
    const response = await post({ id, method, ...(params === undefined ? {} : { params }) });
    const session = response.headers.get('mcp-session-id');
    if (method === 'initialize' && session !== null) headers['mcp-session-id'] = session;
    return resultOf(await answerTo(id, response, url));
  };

  const { protocolVersion } = await request('initialize', {
    protocolVersion: PROTOCOL_VERSION,
    capabilities: {},
    clientInfo: { name: 'switchyard-cli', version },
  });
  headers['mcp-protocol-version'] = String(protocolVersion);
  await (await post({ method: 'notifications/initialized' })).body?.cancel();

  return {
    request,
    async list<Item>(method: string, key: string): Promise<readonly Item[]> {
      const items: Item[] = [];
      let cursor: unknown;
      for (let page = 0; page < MAX_PAGES; page++) {
        const result = await request(method, cursor === undefined ? {} : { cursor });
        items.push(...((result[key] ?? []) as readonly Item[]));
        cursor = result['nextCursor'];
        if (typeof cursor !== 'string') break;
      }
      return items;
    },
    async [Symbol.asyncDispose]() {
      // The command has its answer: a gateway that is gone by now is no error any more.
      await reach(url, { method: 'DELETE', headers }).then(
        (response) => response.body?.cancel(),
        () => undefined,
      );
    },
  };
}

interface RpcAnswer {
  readonly id?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: RpcError;
}

/** The answer to a request, from a JSON body or from the stream that it came on. */
async function answerTo(id: number, response: Response, url: string): Promise<RpcAnswer> {
  const type = response.headers.get('content-type') ?? '';
  try {
    if (type.startsWith('text/event-stream') && response.body !== null) {
      for await (const data of eventData(response.body)) {
        const message = JSON.parse(data) as RpcAnswer & { readonly method?: string };
        // Progress and log messages pass by; nothing is asked of a client that declared no capabilities.
        if (message.method === undefined && message.id === id) return message;
      }
      throw new SwitchyardError('GATEWAY_UNREACHABLE', { url, reason: 'the stream ended before the answer' });
    }
    if (type.startsWith('application/json')) return (await response.json()) as RpcAnswer;
  } catch (error) {
    throw SwitchyardError.is(error) ? error : unreachable(url, error);
  }
  await response.body?.cancel();
  throw new SwitchyardError('GATEWAY_UNREACHABLE', {
    url,
    reason: `HTTP ${response.status}, and no MCP in it`,
  });
}

function resultOf({ result, error }: RpcAnswer): Readonly<Record<string, unknown>> {
  if (error !== undefined) throw answeredError(error);
  return result ?? {};
}

function tokenRequired(where: string, token: string | undefined): SwitchyardError {
  return new SwitchyardError(
    'TOKEN_REQUIRED',
    {},
    {
      where,
      why: token === undefined ? 'none was sent' : 'it was not accepted',
      remedy: 'set SWITCHYARD_TOKEN to a token of listen.http.tokens',
    },
  );
}
