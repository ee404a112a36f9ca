export { ClientSession, type ListKind, type SessionParts } from './client-session.ts';
export { newSessionCounts, SESSION_LIMITS, type SessionCounts, type SessionLimits } from './limits.ts';
export type { Outlet, Reply, Topic } from './reply.ts';
export {
  type Incoming,
  invalidParams,
  invalidRequest,
  isRequest,
  readItem,
  type Remark,
  type Request,
  type Unreadable,
  unreadable,
} from './incoming.ts';
export { errorMessage, type ErrorContext } from './error-message.ts';
export { greeting } from './greeting.ts';
