import type { ServerResponse } from 'node:http';
import type { SwitchyardError } from '@switchyard/plugin-api';
import { errorMessage, type ErrorContext } from '@switchyard/client-session';
import { writeJson } from './write-json.ts';

/** What goes beside an error in an answer. */
export interface RefusalContext extends ErrorContext {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers an HTTP request that is not served with a status and an error. */
export function refuse(
  response: ServerResponse,
  status: number,
  error: SwitchyardError,
  context: RefusalContext = {},
): void {
  const { retryAfterMs, headers } = context;
  const retryAfter =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  writeJson(response, status, errorMessage(error, context), { ...retryAfter, ...headers });
}
