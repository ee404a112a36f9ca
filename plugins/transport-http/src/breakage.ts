/** How a request ended that has no whole answer. `reason` ends a sentence and holds nothing of the message. */
export type Breakage =
  /** There was no connection: certainly not one byte went out. */
  | { readonly kind: 'unconnected'; readonly reason: string }
  /** The socket had carried another request before, and closed before one byte of an answer: mostly it was just too old. */
  | { readonly kind: 'stale'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer ended early',
  EMFILE: 'no more open files are allowed',
  ENFILE: 'no more open files are allowed',
};

/**
 * An error of the HTTP client in words. Its own text is not repeated: it may quote what was sent.
 * @param handed whether the request was handed to a socket.
 */
export function reasonOf(error: unknown, handed: boolean): string {
  const code = codeOf(error);
  // While a connection is made, TLS is what is left that can say no.
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|EPROTO$)/.test(code)) {
    return `TLS failed (${code})`;
  }
  if (error instanceof Error && error.name === 'HTTPParserError') return 'the answer is not HTTP';
  if (!handed && (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET')) {
    return 'the connection was closed while it was made';
  }
  return REASONS[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
