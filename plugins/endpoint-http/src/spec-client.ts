import { connect, type Socket } from 'node:net';

/** What every POST of a client says. */
export const POST_HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};

/** The body of an `initialize` request. */
export function hello(version = '2025-11-25', capabilities: object = {}): object {
  const params = { protocolVersion: version, capabilities, clientInfo: { name: 'spec', version: '1' } };
  return { jsonrpc: '2.0', id: 0, method: 'initialize', params };
}

/** A JSON-RPC message as text. */
export const request = (
  id: unknown,
  method = 'tools/call',
  params: object = { name: 'echo', arguments: {} },
) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
export const notification = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', method, params });

export type Headers = Record<string, string>;

export function post(
  url: string,
  body: string | Uint8Array,
  headers: Headers = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: body as string,
    headers: { ...POST_HEADERS, ...headers },
    ...(signal ? { signal } : {}),
  });
}

/** What a session is begun with. */
export interface SessionOptions {
  readonly version?: string;
  readonly capabilities?: object;
  readonly headers?: Headers;
}

/** A client in a session of its own. */
export async function openSession(url: string, more: SessionOptions = {}) {
  const session = await startSession(url, more);
  await session.post(notification('notifications/initialized'));
  return session;
}

/** A client that has not said yet that it is initialized. */
export async function startSession(url: string, more: SessionOptions = {}) {
  const answer = await post(url, JSON.stringify(hello(more.version, more.capabilities)), more.headers);
  const id = answer.headers.get('mcp-session-id')!;
  const welcome = (await answer.json()) as { result: Record<string, unknown> };
  const headers = { ...more.headers, 'Mcp-Session-Id': id };
  return {
    id,
    headers,
    welcome: welcome.result,
    post: (body: string | Uint8Array, extra: Headers = {}, signal?: AbortSignal) =>
      post(url, body, { ...headers, ...extra }, signal),
    listen: (extra: Headers = {}) =>
      fetch(url, { headers: { ...headers, Accept: 'text/event-stream', ...extra } }),
    end: () => fetch(url, { method: 'DELETE', headers }),
  };
}

/** One event of a stream: a message, one that only gives an id, or a comment. */
export type StreamEvent =
  | { readonly id: string | undefined; readonly data: string }
  | { readonly primed: string; readonly retry: string | undefined }
  | { readonly comment: string };

/** The events of a stream, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield readEvent(lines);
    }
  }
  if (text !== '') throw new Error(`the stream ended within an event: ${text}`);
}

function readEvent(lines: readonly string[]): StreamEvent {
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [id, data] = [field('id'), field('data')];
  if (data === undefined) return { comment: lines.join('\n') };
  if (data !== '') return { id, data };
  if (id === undefined) throw new Error('an event without id and data');
  return { primed: id, retry: field('retry') };
}

/** The next message of a stream, comments skipped; undefined at its end. */
export async function nextMessage(events: AsyncGenerator<StreamEvent>): Promise<unknown> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) return undefined;
    if ('data' in value) return JSON.parse(value.data);
  }
}

/** All messages until the stream ends. */
export async function messagesOf(response: Response): Promise<unknown[]> {
  const messages: unknown[] = [];
  for await (const event of eventsOf(response)) if ('data' in event) messages.push(JSON.parse(event.data));
  return messages;
}

/** A POST as bytes, for whoever wants to write it himself. */
export function rawPost(url: string, body: string, headers: Headers = {}): string {
  const lines = Object.entries({
    Host: new URL(url).host,
    ...POST_HEADERS,
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${new URL(url).pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

export function rawSocket(url: string): Socket {
  return connect(Number(new URL(url).port), '127.0.0.1');
}

/** Sends bytes as they are and resolves to all that comes back until the far end closes. */
export function raw(url: string, ...parts: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = rawSocket(url);
    const chunks: Buffer[] = [];
    socket.on('connect', () => parts.forEach((part) => socket.write(part)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (chunks.length > 0 ? undefined : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

/** What a refusal says. */
export async function told(answer: Response) {
  const body = (await answer.json()) as {
    id: unknown;
    error: { code: number; message: string; data: { code: string } };
  };
  return {
    status: answer.status,
    id: body.id,
    rpc: body.error.code,
    code: body.error.data.code,
    message: body.error.message,
  };
}
