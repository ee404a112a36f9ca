import { SwitchyardError } from '@switchyard/plugin-api';
import { fetchLocal, type HttpRequest, isLocal, socketOf } from './local-http.ts';

/**
 * `fetch`, over TCP or a Unix socket, whose failure to reach anybody is one of our errors.
 * @throws GATEWAY_UNREACHABLE.
 */
export async function reach(url: string, init: HttpRequest): Promise<Response> {
  try {
    return await (isLocal(url) ? fetchLocal(url, init) : fetch(url, init));
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** Nobody answered at the URL, or they stopped in the middle. */
export function unreachable(url: string, error: unknown): SwitchyardError {
  // What fetch throws says only that it failed; its cause says how.
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  const reason = (code && REASONS[code]) || message || code || String(cause);
  const shown = isLocal(url) ? `the socket ${socketOf(url)}` : url;
  return new SwitchyardError('GATEWAY_UNREACHABLE', { url: shown, reason }, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'nobody listens there',
  ENOTFOUND: 'the host is not known',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
};
