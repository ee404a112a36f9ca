import { client, configuration, type ErrorSpec, gateway, plugin } from './row.ts';

/** 72x to 74x: metrics and the admin API. */
export const ADMIN_ERRORS = {
  // 72x: metrics
  METRIC_INVALID: {
    ...plugin,
    reader: 'author',
    number: 720,
    message: '{plugin} contributes a metric that cannot be shown: {reason}',
    remedy: 'correct it in the plugin, or turn the plugin off in "plugins": { "<name>": false }',
  },
  METRIC_CLASH: {
    ...plugin,
    number: 721,
    message: '{first} and {second} both have the metric "{name}"',
    remedy: 'turn one off in "plugins": { "<name>": false }',
  },
  // 73x: what the listeners and the admin API refuse
  TOKEN_ATTEMPTS_LIMIT: {
    ...client,
    exit: 3,
    rpc: -33012,
    retryable: true,
    number: 730,
    message: 'too many wrong tokens came from this address',
    remedy: 'wait {seconds} s, then send the right token',
  },
  GRAPHQL_REQUEST_INVALID: {
    ...client,
    rpc: -32600,
    number: 731,
    message: 'not a GraphQL request that is served here: {reason}',
    remedy: 'POST {"query": "…", "variables": {…}} with Content-Type: application/json',
  },
  GRAPHQL_LIMIT: {
    ...client,
    rpc: -33012,
    number: 732,
    message: 'the GraphQL document {reason}',
    remedy: 'ask for less at once: fewer fields, smaller pages (first, after), several requests',
  },
  SUBSCRIBERS_LIMIT: {
    ...client,
    rpc: -33012,
    retryable: true,
    number: 733,
    message: '{who} as many GraphQL subscriptions as there may be',
    remedy: 'end those that are not read, or raise {option} of the plugin admin-graphql',
  },
  // 74x: orders to servers over the admin API
  SERVER_DISABLED: {
    ...configuration,
    number: 740,
    message: '{server} is turned off in the configuration',
    remedy: 'remove "enabled": false (or "disabled": true) from its entry',
  },
  WAIT_TIMED_OUT: {
    ...gateway,
    exit: 5,
    retryable: true,
    number: 741,
    message: '{server} was not {aim} within {seconds} s; it is {phase} now',
    remedy: 'the order stands and is not withdrawn: follow serverStateChanged, or wait longer',
  },
  ORDER_OVERTAKEN: {
    ...gateway,
    exit: 1,
    retryable: true,
    number: 742,
    message: 'another order came for {server} meanwhile: it is to be {desired}',
    remedy: 'find out who gave it, then give yours again',
  },
  WAITS_LIMIT: {
    ...gateway,
    exit: 1,
    rpc: -33012,
    retryable: true,
    number: 743,
    message: '{limit} orders are being waited for already',
    remedy: 'the order was not given; give it without waitFor and follow serverStateChanged',
  },
  LISTS_UNREAD: {
    ...gateway,
    exit: 4,
    rpc: -33015,
    retryable: true,
    origin: 'upstream-protocol',
    number: 744,
    message: '{server} did not give all of its lists: {reasons}',
    remedy: 'what it offered before stays listed; see what it prints, then order it again',
  },
} as const satisfies Record<string, ErrorSpec>;
