import { ERRORS, SwitchyardError, type ErrorSpec } from '@switchyard/plugin-api';
import type { ErrorReport } from './error-report.ts';

/** A JSON-RPC error object, as far as we read it. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code?: string; readonly server?: string; readonly hint?: string };
}

/** An error that a gateway answered, under the gateway's own number where it gave one. */
export function answeredError({ code, message, data }: RpcError): SwitchyardError<'ANSWERED_WITH_ERROR'> {
  const known = Object.entries<ErrorSpec>(ERRORS).find(([, spec]) => `SWY-E${spec.number}` === data?.code);
  return new SwitchyardError('ANSWERED_WITH_ERROR', {
    message: known === undefined ? `${message} (${code})` : message,
    hint: data?.hint ?? 'see what the server says about it: switchyard status',
    server: data?.server,
    // An error of the server's own is to a script what a tool's error is.
    ...(known === undefined ? { exit: 5 } : { number: data?.code, kind: known[0], exit: known[1].exit }),
  });
}

/** An error that another switchyard reported, as it stands there. */
export function answeredReport(report: ErrorReport): SwitchyardError<'ANSWERED_WITH_ERROR'> {
  const { code, kind, server, message, where, excerpt, why, hint, exit } = report;
  return new SwitchyardError(
    'ANSWERED_WITH_ERROR',
    { message, hint, server, number: code, kind, exit },
    { ...(where && { where }), ...(excerpt && { excerpt }), ...(why && { why }) },
  );
}
