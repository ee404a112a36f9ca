import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRequest } from '@switchyard/plugin-api';

/** A request on its way through its route. A class: one is made for each request, and most ask for nothing but the body. */
export class ServedRequest implements HttpRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly principal: string;
  /** A property, because routes take it out of the request. */
  readonly body: () => Promise<Uint8Array>;
  readonly #query: string;

  constructor(
    parts: Pick<HttpRequest, 'incoming' | 'response' | 'path' | 'principal'>,
    query: string,
    read: () => Promise<Uint8Array>,
  ) {
    this.incoming = parts.incoming;
    this.response = parts.response;
    this.path = parts.path;
    this.principal = parts.principal;
    this.#query = query;
    let reading: Promise<Uint8Array> | undefined;
    this.body = () => (reading ??= read());
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#query);
  }
}
