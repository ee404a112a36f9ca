import { SwitchyardError } from '@switchyard/plugin-api';
import { lossCode } from './cause.ts';
import { refusedError } from './refused.ts';
import type { RequestEnd } from './request.ts';
import type { SessionContext } from './session.ts';

/** The error of a request of the gateway's own that ended without an answer. */
export function endOfOwnRequest(context: SessionContext, method: string, end: RequestEnd): SwitchyardError {
  const { server, timings, maxMessageBytes: limit } = context;
  switch (end.kind) {
    case 'lost':
      return new SwitchyardError(lossCode(timings.remote), { server, cause: end.loss.cause });
    case 'unsent':
      return new SwitchyardError(lossCode(timings.remote), { server, cause: `took no ${method}` });
    case 'refused':
      return refusedError(server, method, end);
    case 'damaged':
      return new SwitchyardError('UPSTREAM_PROTOCOL', { server, reason: end.reason });
    case 'oversize':
      return new SwitchyardError('MESSAGE_TOO_LARGE', { server, bytes: end.bytes, limit });
  }
}
