import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a scripted server sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The method of the JSON-RPC message, and its id. */
  readonly rpc: { readonly method?: string; readonly id?: number };
  /** How many requests came on this socket before. */
  readonly nth: number;
  readonly request: IncomingMessage;
}

/** A real HTTP server that answers by script and remembers what it was asked. */
export interface ScriptedServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Sockets that clients opened so far. */
  readonly sockets: number;
  /** Resolves to the first request, from the beginning on, that is so. */
  seen(is: (asked: Asked) => boolean): Promise<Asked>;
  /** Takes no new connection, and closes idle ones; what is under way goes on. */
  refuse(): void;
  close(): Promise<void>;
}

export type Script = (asked: Asked, answer: ServerResponse) => void;

const running = new Set<ScriptedServer>();

/** Starts one; `closeServers` after each test ends it. */
export async function serve(script: Script): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const watchers = new Set<() => void>();
  const counts = new Map<Socket, number>();
  const http = createServer((request, answer) => {
    const parts: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const nth = counts.get(request.socket) ?? 0;
      counts.set(request.socket, nth + 1);
      const body = Buffer.concat(parts).toString();
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
        rpc: body.startsWith('{') ? (JSON.parse(body) as Asked['rpc']) : {},
        nth,
        request,
      };
      asked.push(one);
      script(one, answer);
      for (const watcher of watchers) watcher();
    });
  });
  http.keepAliveTimeout = 60_000;
  http.on('connection', (socket) => {
    counts.set(socket, 0);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: ScriptedServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    asked,
    get sockets() {
      return counts.size;
    },
    seen: (is) =>
      new Promise((resolve) => {
        const look = () => {
          const found = asked.find(is);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    refuse() {
      http.close();
      http.closeIdleConnections();
    },
    close: () =>
      new Promise((resolve) => {
        running.delete(server);
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  running.add(server);
  return server;
}

export async function closeServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.close()));
}

/** Answers as a plain server with sessions does; what `first` takes (by answering true) is not its own. */
export function plainly(first: (asked: Asked, answer: ServerResponse) => boolean = () => false): Script {
  return (asked, answer) => {
    if (first(asked, answer)) return;
    if (asked.method === 'GET') return void answer.writeHead(405).end();
    if (asked.method === 'DELETE') return void answer.writeHead(204).end();
    if (asked.rpc.id === undefined) return void answer.writeHead(202).end();
    if (asked.rpc.method === 'initialize') answer.setHeader('mcp-session-id', 'a-session');
    json(answer, result(asked.rpc.id));
  };
}

export function result(id: number, text = 'ok'): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: { text } });
}

export function json(answer: ServerResponse, body: string, status = 200): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** Begins an event stream. */
export function events(answer: ServerResponse): ServerResponse {
  answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return answer;
}

export function event(data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
