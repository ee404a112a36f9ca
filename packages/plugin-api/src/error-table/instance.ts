import { configuration, type ErrorSpec, gateway } from './row.ts';

/** 1xx: this instance, its listeners and its state directory. */
export const INSTANCE_ERRORS = {
  PORT_IN_USE: {
    ...configuration,
    number: 101,
    message: 'cannot listen on {host}:{port}: the port is taken{by}',
    remedy: 'switchyard serve --port {free}        or --port 0 for any free port',
  },
  LISTEN_UNPROTECTED: {
    ...configuration,
    number: 102,
    message: 'refusing to listen on {host}: it is not loopback and no tokens are configured',
    remedy: 'set "listen": { "http": { "tokens": { "<name>": "${A_VARIABLE}" } } }, or listen on 127.0.0.1',
  },
  STATE_DIR_IN_USE: {
    ...configuration,
    number: 103,
    message: 'this configuration is already served by pid {pid}{at}',
    remedy:
      'use that one (switchyard status), stop it (switchyard stop), or give this one its own --state-dir',
  },
  STATE_DIR_UNUSABLE: {
    ...configuration,
    number: 104,
    message: 'cannot use the state directory {folder}: {reason}',
    remedy: 'make it writable for you alone, or name another one: --state-dir',
  },
  NODE_UNSUPPORTED: {
    ...gateway,
    exit: 1,
    number: 105,
    message: 'Node.js {found} is too old',
    remedy: 'install Node.js 20.19 or newer',
  },
  NOT_RUNNING: {
    ...gateway,
    exit: 9,
    number: 106,
    message: 'no switchyard is running for {config}',
    remedy: 'switchyard serve, or name a running one: --url http://127.0.0.1:4620',
  },
  LISTEN_FAILED: {
    ...configuration,
    number: 107,
    message: 'cannot listen on {host}:{port}: {reason}',
    remedy: 'check listen.http.host and listen.http.port',
  },
  GATEWAY_UNREACHABLE: {
    ...gateway,
    exit: 4,
    number: 108,
    message: 'no answer from {url}: {reason}',
    remedy: 'check that switchyard serves there: switchyard status',
  },
  STORE_CONFLICT: {
    ...gateway,
    exit: 1,
    retryable: true,
    number: 109,
    message: 'the entry "{name}" was changed by somebody else',
    remedy: 'read it again, then write',
  },
  STORE_FAILED: {
    ...gateway,
    exit: 1,
    retryable: true,
    number: 110,
    message: 'cannot write "{name}" in the state directory: {reason}',
    remedy: 'check free space and permissions of the state directory',
  },
  USAGE: {
    ...gateway,
    exit: 2,
    number: 111,
    message: '{what}',
    remedy: 'switchyard --help',
  },
  STORE_NAME_INVALID: {
    ...gateway,
    exit: 1,
    reader: 'author',
    number: 112,
    message: 'an entry of the store cannot be called {name}',
    remedy:
      'use segments of [a-z0-9._-] divided by "/", none of them beginning with a dot, 200 characters in all',
  },
  STORE_UNREADABLE: {
    ...gateway,
    exit: 1,
    number: 113,
    message: 'cannot read "{name}" in the state directory: {reason}',
    remedy: 'check the permissions of the state directory, and the disk',
  },
  SOCKET_UNUSABLE: {
    ...configuration,
    number: 114,
    message: 'cannot listen on the socket {path}: {reason}',
    remedy: 'remove what is in the way, or name another state directory: --state-dir',
  },
  GATEWAY_LOST: {
    ...gateway,
    exit: 4,
    number: 115,
    message: 'the gateway is gone: {reason}',
    remedy: 'start this again: the next one finds a running gateway, or starts one',
  },
  START_FAILED: {
    ...gateway,
    exit: 4,
    number: 116,
    message: 'the gateway that was started does not answer: {reason}',
    remedy: 'switchyard serve --config {config}   shows what goes on',
  },
  STOP_UNFINISHED: {
    ...gateway,
    exit: 7,
    number: 117,
    message: 'pid {pid} was told to stop and still runs after {seconds} s',
    remedy: 'look again later (switchyard status), or end it: kill -9 {pid}',
  },
} as const satisfies Record<string, ErrorSpec>;
