import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterThisTest } from './undo.ts';

/** An HTTP answer, nothing of it interpreted but the frames of an event stream. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The messages in it, each as the text it came as. */
  readonly messages: readonly string[];
}

/** A client that reads and writes text, so that a test can compare bytes. */
export interface RawSession {
  readonly id: string;
  /** Sends a body as it is. */
  post(body: string): Promise<RawAnswer>;
  /** DELETE; happens by itself after the test. */
  end(): Promise<void>;
}

/** Sends one HTTP request, whatever its body is. */
export function send(
  url: string,
  {
    method = 'POST',
    headers = {},
    body,
    agent,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
    readonly agent?: Agent;
  } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...(agent && { agent }) }, (response) => {
      text(response).then((answer) => {
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: answer,
          messages: messagesOf(answer),
        });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The headers of every message of a client. */
export const CLIENT_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const;

/**
 * Begins a session: `initialize` and `notifications/initialized`. It is ended with the test.
 * @param token where the gateway asks who somebody is.
 */
export async function openSession(url: string, name: string, token?: string): Promise<RawSession> {
  const known = { ...CLIENT_HEADERS, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const agent = new Agent({ keepAlive: true });
  const clientInfo = { name, version: '1.0.0' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const hello = JSON.stringify({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params });
  const welcome = await send(url, { agent, headers: known, body: hello });
  const id = welcome.headers['mcp-session-id'];
  if (welcome.status !== 200 || typeof id !== 'string')
    throw new Error(`initialize: ${welcome.status} ${welcome.body}`);
  const headers = { ...known, 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' };
  const end = async () => void (await send(url, { agent, method: 'DELETE', headers }).catch(unlessGone));
  afterThisTest(async () => {
    await end();
    agent.destroy();
  });
  const post: RawSession['post'] = (body) => send(url, { agent, headers, body });
  await post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  return { id, post, end };
}

/** A test that stopped the gateway has ended the session with it; a socket that was kept may not have seen that yet. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ECONNREFUSED' && error.code !== 'ECONNRESET') throw error;
}

/** JSON, or the `data:` lines of an event stream; an event without data only tells an id. */
function messagesOf(body: string): string[] {
  if (body === '' || body.startsWith('{') || body.startsWith('[')) return body === '' ? [] : [body];
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))
    .filter((data) => data !== '');
}
