import type { Secret, WireMessage } from '@switchyard/plugin-api';

/** 2025-11-25, transports, session management: visible ASCII. The length is what fits beside other headers. */
const SESSION_ID = /^[\x21-\x7e]{1,4096}$/;

/** What stands in the headers of each request of one session, beside the target's own. */
export class SessionHeaders {
  readonly #static: readonly string[];
  #sessionId: string | undefined;
  #version: string | undefined;
  #post: readonly string[];

  constructor(headers: Readonly<Record<string, Secret>>) {
    const entries = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
    // Some guards in front of servers refuse who does not say a name.
    const named = entries.some(([name]) => name.toLowerCase() === 'user-agent');
    this.#static = [...(named ? [] : ['user-agent', 'switchyard']), ...entries.flat()];
    this.#post = this.#forPosts();
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** Takes the id that the server gave the session with its answer to `initialize`. False: it is not legal. */
  begin(sessionId: string): boolean {
    if (!SESSION_ID.test(sessionId)) return false;
    this.#sessionId = sessionId;
    this.#post = this.#forPosts();
    return true;
  }

  /** Headers of the POST that carries a message. */
  post(message: WireMessage): string[] {
    const { protocolVersion, headers } = message;
    // Streams and the end of the session belong to no message; the server gets the version that was named last.
    this.#version = protocolVersion ?? this.#version;
    return [
      ...this.#post,
      ...(protocolVersion === undefined ? [] : ['mcp-protocol-version', protocolVersion]),
      ...(headers === undefined ? [] : Object.entries(headers).flat()),
    ];
  }

  /** Headers of a GET that asks for a stream, from after an event on if one is named. */
  get(lastEventId: string | undefined): string[] {
    const after = lastEventId === undefined ? [] : ['last-event-id', lastEventId];
    return [...this.#session(), 'accept', 'text/event-stream', ...after];
  }

  /** Headers of the DELETE that ends the session. */
  delete(): string[] {
    return this.#session();
  }

  #forPosts(): readonly string[] {
    const session = this.#sessionId === undefined ? [] : ['mcp-session-id', this.#sessionId];
    const content = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'];
    return [...this.#static, ...content, ...session];
  }

  #session(): string[] {
    return [
      ...this.#static,
      ...(this.#sessionId === undefined ? [] : ['mcp-session-id', this.#sessionId]),
      ...(this.#version === undefined ? [] : ['mcp-protocol-version', this.#version]),
    ];
  }
}

/** An event id as a header can hold it; undefined for one that none can. */
export function eventIdHeader(id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined;
  const bytes = Buffer.from(id, 'utf8').toString('latin1');
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  return /[\0-\x1f\x7f]/.test(bytes) ? undefined : bytes;
}
