import { client, type ErrorSpec } from './row.ts';

/** 3xx: who may. */
export const ACCESS_ERRORS = {
  TOKEN_REQUIRED: {
    ...client,
    exit: 3,
    rpc: -32600,
    number: 301,
    message: 'a valid token is needed here',
    remedy: 'send "Authorization: Bearer <token>" with a token of listen.http.tokens',
  },
  ADMIN_TOKEN_REQUIRED: {
    ...client,
    exit: 3,
    rpc: -32600,
    number: 302,
    message: 'the admin token is needed here',
    remedy: 'send "Authorization: Bearer <token>"; the token is in <state directory>/admin-token',
  },
  HOST_REFUSED: {
    ...client,
    rpc: -32600,
    number: 303,
    message: 'the Host "{host}" is not served here',
    remedy: 'use the address that switchyard printed, or add the name to listen.http.allowedHosts',
  },
  ORIGIN_REFUSED: {
    ...client,
    rpc: -32600,
    number: 304,
    message: 'the Origin "{origin}" may not use this endpoint',
    remedy: 'add it to listen.http.allowedOrigins if you trust the pages it serves',
  },
} as const satisfies Record<string, ErrorSpec>;
