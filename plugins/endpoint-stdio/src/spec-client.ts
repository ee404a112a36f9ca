import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A message, as far as tests look into it. */
export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

/** A client that writes text and reads lines, one after the other. */
export interface SpecClient {
  readonly socket: Socket;
  /** Sends a message, or a text as it is. */
  send(...messages: readonly (object | string)[]): void;
  /** The next line; fails if the connection ended before it. */
  line(): Promise<string>;
  next(): Promise<Message>;
  /** Sends a request and reads the next line for its answer. */
  request(id: string | number, method: string, params?: object): Promise<Message>;
  /** `initialize` and `notifications/initialized`. */
  greet(options?: { readonly version?: string; readonly capabilities?: object }): Promise<Message>;
  /** Settles when the connection is closed; what came before it can still be read. */
  readonly closed: Promise<unknown>;
}

/** Connects to a Unix socket. */
export async function connectTo(path: string): Promise<SpecClient> {
  const socket = connect({ path, allowHalfOpen: true });
  // A reset is an end like any other here.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  const lines: string[] = [];
  const waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];
  let ended = false;
  createInterface({ input: socket })
    .on('error', () => {})
    .on('line', (line) => {
      const one = waiting.shift();
      if (one) one.resolve(line);
      else lines.push(line);
    })
    .on('close', () => {
      ended = true;
      for (const { reject } of waiting.splice(0)) reject(new Error('the connection ended'));
      socket.end();
    });
  const line = (): Promise<string> => {
    const known = lines.shift();
    if (known !== undefined) return Promise.resolve(known);
    if (ended) return Promise.reject(new Error('the connection ended'));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const send: SpecClient['send'] = (...messages) => {
    const texts = messages.map((message) =>
      typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message }),
    );
    socket.write(texts.map((text) => `${text}\n`).join(''));
  };
  const next = async (): Promise<Message> => JSON.parse(await line()) as Message;
  return {
    socket,
    send,
    line,
    next,
    closed,
    request: (id, method, params = {}) => {
      send({ id, method, params });
      return next();
    },
    async greet({ version = '2025-11-25', capabilities = {} } = {}) {
      const clientInfo = { name: 'spec', version: '1' };
      send({
        id: 'hello',
        method: 'initialize',
        params: { protocolVersion: version, capabilities, clientInfo },
      });
      const welcome = await next();
      send({ method: 'notifications/initialized' });
      return welcome;
    },
  };
}
