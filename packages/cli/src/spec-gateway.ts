import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a scripted gateway was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly method?: string;
    readonly id?: number;
    readonly params?: Readonly<Record<string, unknown>>;
  };
}

/** Answers one request; returns whether it did. */
export type Script = (asked: Asked, response: ServerResponse) => boolean;

/** A real HTTP server that opens MCP sessions and answers the rest by a script. */
export interface ScriptedGateway extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** @param socket the path of a Unix socket to listen on, instead of a free port. */
export async function scriptedGateway(
  script: Script = () => false,
  socket?: string,
): Promise<ScriptedGateway> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: body === '' ? {} : (JSON.parse(body) as Asked['body']),
      };
      asked.push(one);
      if (!script(one, response)) byDefault(one, response);
    });
  });
  await new Promise<void>((resolve) =>
    socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
  );
  return {
    url:
      socket === undefined
        ? `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        : `http+unix://${encodeURIComponent(socket)}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a JSON-RPC result, as a plain body. */
export function answer(asked: Asked, response: ServerResponse, result: object): boolean {
  return answerWith(asked, response, { result });
}

/** Answers with a JSON-RPC error. */
export function refuse(asked: Asked, response: ServerResponse, error: object): boolean {
  return answerWith(asked, response, { error });
}

function answerWith({ body }: Asked, response: ServerResponse, answered: object): boolean {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, ...answered }));
  return true;
}

function byDefault(asked: Asked, response: ServerResponse): void {
  if (asked.method === 'DELETE') {
    response.writeHead(204).end();
  } else if (asked.body.method === 'initialize') {
    response.setHeader('mcp-session-id', 'session-1');
    answer(asked, response, {
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'x', version: '1' },
    });
  } else if (asked.body.id === undefined) {
    response.writeHead(202).end();
  } else {
    refuse(asked, response, { code: -32601, message: `no script for ${String(asked.body.method)}` });
  }
}
