/** Who can do something about an error. `model`: the text is written for the client's model. */
export type ErrorReader = 'operator' | 'author' | 'model' | 'client';

/** One row of the table. Placeholders in `message` and `remedy` are filled from the error's details. */
export interface ErrorSpec {
  /** Stable for ever; shown as `SWY-E<number>`. The hundreds group: see the table. */
  readonly number: number;
  readonly message: string;
  readonly remedy: string;
  /** The code in a JSON-RPC error object. */
  readonly rpc: number;
  /** Whether the same thing may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly reader: ErrorReader;
  /** Whose doing it is. */
  readonly origin: 'client' | 'gateway' | 'upstream-transport' | 'upstream-protocol';
  /** The exit code of a command that ends with it. */
  readonly exit: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
}

/** What fills a message's placeholders. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

const gateway = { rpc: -32603, retryable: false, reader: 'operator', origin: 'gateway' } as const;
const configuration = { ...gateway, exit: 6 } as const;
const plugin = { ...gateway, exit: 8 } as const;
const start = { ...gateway, rpc: -33010, origin: 'upstream-transport', exit: 4 } as const;
const client = { retryable: false, reader: 'client', origin: 'client', exit: 1 } as const;

/**
 * Everything that can go wrong and has a name. What people, models, metrics and the admin API say of an error comes
 * from here. JSON-RPC codes of our own stand outside the ranges the specification keeps (2026-07-28, base protocol).
 */
export const ERRORS = {
  // 1xx: this instance, its listeners and its state directory
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

  // 2xx: a server's process
  COMMAND_NOT_FOUND: {
    ...start,
    number: 201,
    message: '{server}: command "{command}" was not found',
    remedy: 'install it, or set "command" to its full path',
  },
  COMMAND_NOT_EXECUTABLE: {
    ...start,
    number: 202,
    message: '{server}: {command} cannot be executed: {reason}',
    remedy:
      'make the file executable, or run it through its interpreter: "command": "node", "args": ["{command}"]',
  },
  FOLDER_MISSING: {
    ...start,
    number: 204,
    message: '{server}: the folder {folder} does not exist',
    remedy: 'create it, or correct "cwd"',
  },
  SPAWN_FAILED: {
    ...start,
    retryable: true,
    number: 205,
    message: '{server}: the process could not be started: {reason}',
    remedy: 'check the limits of this machine: processes, open files, memory',
  },
  UPSTREAM_EXITED: {
    ...start,
    retryable: true,
    number: 206,
    message: '{server}: the server {cause}',
    remedy:
      'read what it printed and fix that; it is tried again by itself, with a changed entry once serve is restarted',
  },
  SERVER_UNKNOWN: {
    ...gateway,
    exit: 2,
    number: 207,
    message: 'no server is called "{server}"',
    remedy: 'the servers are: {known}',
  },
  MODULE_UNUSABLE: {
    ...start,
    number: 208,
    message: '{server}: the module {module} cannot serve: {reason}',
    remedy: 'correct "module" and "export"; the export is a function (peer, arguments)',
  },
  CRASH_LOOP: {
    ...start,
    retryable: true,
    number: 210,
    message: '{server}: started {failures} times and never lasted; it is tried again every 1 to 5 minutes',
    remedy:
      'read what it printed and fix that; it is tried again by itself, with a changed entry once serve is restarted',
  },
  START_TIMEOUT: {
    ...start,
    retryable: true,
    number: 211,
    message: '{server}: no answer to {method} in {seconds} s',
    remedy: 'check that the command starts an MCP server on stdin and stdout, and logs to stderr only',
  },

  UPSTREAM_UNREACHABLE: {
    ...start,
    retryable: true,
    number: 212,
    message: '{server}: the server {cause}',
    remedy: 'check its URL, and that it runs there; it is tried again by itself',
  },

  // 3xx: who may
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

  // 4xx: messages that are not what the protocol asks for
  UPSTREAM_PROTOCOL: {
    ...gateway,
    exit: 4,
    rpc: -33015,
    reader: 'model',
    origin: 'upstream-protocol',
    number: 401,
    message: '{server} answered with something that is not MCP: {reason}',
    remedy: 'this is a fault of the server; try another tool, or report it to its author',
  },
  MESSAGE_TOO_LARGE: {
    ...gateway,
    exit: 4,
    rpc: -33016,
    reader: 'model',
    origin: 'upstream-protocol',
    number: 402,
    message: '{server} answered with {bytes} bytes; at most {limit} are forwarded',
    remedy: 'ask for less at once, or raise limits.maxResponseBytes',
  },
  HANDSHAKE_REFUSED: {
    ...start,
    retryable: true,
    origin: 'upstream-protocol',
    number: 404,
    message: '{server} refused {method}: {reason}',
    remedy: 'check the server: it must answer initialize before anything else',
  },
  ASK_REFUSED: {
    ...gateway,
    exit: 1,
    origin: 'upstream-protocol',
    number: 405,
    message: '{server} asked for {method}, which was not passed on: {reason}',
    remedy: 'tools that need it will fail; {cure}',
  },
  UPSTREAM_REFUSED: {
    ...start,
    rpc: -33014,
    retryable: true,
    origin: 'upstream-transport',
    number: 406,
    message: '{server} refused {method} with HTTP status {status}{words}',
    remedy: 'check that the URL is that of its MCP endpoint, and what it logs',
  },
  UPSTREAM_AUTH: {
    ...start,
    rpc: -33019,
    origin: 'upstream-transport',
    exit: 3,
    number: 407,
    message: '{server}: the server wants a sign-in (HTTP {status})',
    remedy: 'set "headers": { "Authorization": "Bearer ${A_VARIABLE}" } in its entry',
  },
  PARSE_ERROR: {
    ...client,
    rpc: -32700,
    number: 410,
    message: 'the body is not JSON: {reason}',
    remedy: 'send one JSON-RPC message in UTF-8',
  },
  INVALID_REQUEST: {
    ...client,
    rpc: -32600,
    number: 411,
    message: 'not a valid JSON-RPC request: {reason}',
    remedy: 'send {"jsonrpc":"2.0","id":…,"method":…,"params":{…}}',
  },
  METHOD_NOT_FOUND: {
    ...client,
    rpc: -32601,
    number: 412,
    message: 'the method "{method}" is not known here',
    remedy: 'see the capabilities in the answer to initialize',
  },
  INVALID_PARAMS: {
    ...client,
    rpc: -32602,
    number: 413,
    message: '{reason}',
    remedy: 'correct the parameters of {method}',
  },
  BATCH_REFUSED: {
    ...client,
    rpc: -32600,
    number: 414,
    message: 'batches are accepted from clients of revision 2025-03-26 only; later ones removed them',
    remedy: 'send one message a request',
  },
  SESSION_UNKNOWN: {
    ...client,
    rpc: -32600,
    number: 415,
    message: 'there is no such session here',
    remedy: 'send initialize without Mcp-Session-Id to begin a new one',
  },
  SESSION_MISSING: {
    ...client,
    rpc: -32600,
    number: 416,
    message: 'the header Mcp-Session-Id is missing',
    remedy: 'send initialize first, then its Mcp-Session-Id with each request',
  },
  ID_IN_USE: {
    ...client,
    rpc: -32600,
    number: 417,
    message: 'the id {id} is already in flight on this session',
    remedy: 'use a new id for each request',
  },
  NOT_ACCEPTABLE: {
    ...client,
    rpc: -32600,
    number: 418,
    message: '{reason}',
    remedy: 'send Content-Type: application/json and Accept: application/json, text/event-stream',
  },
  SESSION_LIMIT: {
    ...client,
    rpc: -33012,
    retryable: true,
    number: 419,
    message: 'there are {limit} sessions already',
    remedy: 'end sessions that are not used (DELETE), then try again',
  },
  HTTP_BODY_TOO_LARGE: {
    ...client,
    rpc: -32600,
    number: 420,
    message: 'the body has more than {limit} bytes',
    remedy: 'send less at once',
  },
  HTTP_BODY_ABORTED: {
    ...client,
    rpc: -32600,
    number: 421,
    message: 'the body ended before it was whole',
    remedy: 'send it again',
  },
  HTTP_ROUTE_TAKEN: {
    ...plugin,
    number: 422,
    message: 'the path {path} is already served',
    remedy: 'choose another path in the plugin that adds it',
  },
  PROTOCOL_VERSION_REFUSED: {
    ...client,
    rpc: -32600,
    number: 423,
    message: 'MCP-Protocol-Version "{version}" is not known here',
    remedy: 'send the version that initialize agreed on',
  },
  HTTP_MALFORMED: {
    ...client,
    rpc: -32600,
    number: 424,
    message: 'not an HTTP request that is served here: {reason}',
    remedy: 'send HTTP/1.1 with one Host header and a path',
  },
  HTTP_ROUTE_UNKNOWN: {
    ...client,
    rpc: -32600,
    number: 425,
    message: 'nothing is served at {path}',
    remedy: 'paths for clients: {paths}',
  },
  STREAM_IN_USE: {
    ...client,
    rpc: -32600,
    number: 426,
    message: 'this session has its stream already',
    remedy: 'use the stream of the first GET, or close that one',
  },

  /** An error that a gateway answered to the command line; its own number and exit code are in the details. */
  ANSWERED_WITH_ERROR: {
    ...gateway,
    exit: 1,
    number: 428,
    message: '{message}',
    remedy: '{hint}',
  },
  SESSION_OVERLOADED: {
    ...client,
    exit: 4,
    rpc: -33012,
    retryable: true,
    reader: 'model',
    number: 429,
    message: 'this session has {limit} calls under way already',
    remedy: 'the call was not made; try again when one of them has ended',
  },
  HTTP_BODIES_LIMIT: {
    ...client,
    rpc: -33012,
    retryable: true,
    number: 430,
    message: 'requests of more than {limit} bytes in all are being read already',
    remedy: 'send it again later',
  },
  EVENT_UNKNOWN: {
    ...client,
    rpc: -32600,
    number: 431,
    message: 'the event {id} is none of this session, or its stream is not kept any more',
    remedy: 'GET without Last-Event-ID for what comes from now on; what was missed is lost',
  },

  // 5xx: names and lists
  TOOL_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32602,
    number: 501,
    message: 'no tool is called "{name}"',
    remedy: 'use a name of tools/list{nearest}',
  },
  ARGUMENT_INVALID: {
    ...gateway,
    exit: 2,
    number: 502,
    message: '{tool}: {reason}',
    remedy: 'its arguments are: {signature}',
  },
  NAME_COLLISION: {
    ...configuration,
    number: 503,
    message: '{count} {kind} want the name "{name}": {owners}',
    remedy: 'remove "prefix": "" from one of these servers',
  },
  SLUG_COLLISION: {
    ...configuration,
    number: 504,
    message:
      'the servers "{first}" ({firstWhere}) and "{second}" ({secondWhere}) would have the same prefix "{slug}"',
    remedy: 'rename one of them',
  },
  PROMPT_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32602,
    number: 505,
    message: 'no prompt is called "{name}"',
    remedy: 'use a name of prompts/list{nearest}',
  },
  RESOURCE_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32002,
    number: 506,
    message: 'no server offers the resource {uri}',
    remedy: 'use a URI of resources/list or of a template',
  },
  CURSOR_INVALID: {
    ...client,
    rpc: -32602,
    number: 507,
    message: 'the cursor is not one of ours',
    remedy: 'list again from the beginning, without a cursor',
  },

  // 6xx: configuration
  CONFIG_UNKNOWN_KEY: {
    ...configuration,
    number: 601,
    message: 'unknown key "{key}"{suggestion}',
    remedy: 'remove it or correct its name',
  },
  CONFIG_MISSING: {
    ...configuration,
    number: 602,
    message: 'there is no configuration{tried}',
    remedy:
      'write ./switchyard.jsonc: { "mcpServers": { "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] } } }',
  },
  CONFIG_UNREADABLE: {
    ...configuration,
    number: 603,
    message: 'cannot read {file}: {reason}',
    remedy: 'check the path and its permissions',
  },
  CONFIG_SYNTAX: {
    ...configuration,
    number: 604,
    message: '{reason}',
    remedy: 'correct the JSON there; comments and trailing commas are fine',
  },
  CONFIG_INVALID: {
    ...configuration,
    number: 605,
    message: '{key}: {reason}',
    remedy: 'correct the value; the schema is switchyard.schema.json',
  },
  SERVER_INVALID: {
    ...configuration,
    number: 606,
    message: '{server}: {reason}',
    remedy: 'correct the entry; the other servers are not affected',
  },
  VARIABLE_MISSING: {
    ...configuration,
    number: 607,
    message: '{server}: the environment variable {variable} is not set',
    remedy: 'set it, or give a default: ${{variable}:-default}',
  },
  KEY_NOT_SUPPORTED: {
    ...configuration,
    number: 608,
    message: '{server}: "{key}" is not supported by this version',
    remedy: 'remove the key; a server is not started when a part of its entry would be ignored',
  },
  CONFIG_KEY_NOT_SUPPORTED: {
    ...configuration,
    number: 609,
    message: '"{key}" is not supported by this version',
    remedy: 'remove the key; nothing is served while a part of the configuration would be ignored',
  },
  CONFIG_SECRET_LITERAL: {
    ...configuration,
    number: 610,
    message: '{key} looks like a secret that stands in the file itself',
    remedy: 'put it into the environment and write "${NAME}" here',
  },
  CONFIG_TIMEOUT_UNIT: {
    ...configuration,
    number: 611,
    message: '{key}: {value} is read as {value} seconds, though numbers are milliseconds elsewhere',
    remedy: 'write "{value}s", or "{value}ms" if you mean that',
  },

  // 7xx: calls
  UPSTREAM_UNAVAILABLE: {
    ...gateway,
    exit: 4,
    rpc: -33010,
    retryable: true,
    reader: 'model',
    origin: 'upstream-transport',
    number: 702,
    message: '{server} is not available now ({state})',
    remedy: 'the call was not sent; try again later or use another tool',
  },
  OVERLOADED: {
    ...gateway,
    exit: 4,
    rpc: -33012,
    retryable: true,
    reader: 'model',
    number: 703,
    message: '{server} has {limit} calls waiting already',
    remedy: 'the call was not sent; try again later, with fewer calls at once',
  },
  CALL_TIMEOUT: {
    ...gateway,
    exit: 4,
    rpc: -33013,
    reader: 'model',
    origin: 'upstream-transport',
    number: 704,
    message: '{server} did not answer {method} within {seconds} s',
    remedy: 'the server may still be working on it: check before you repeat the call',
  },
  UPSTREAM_LOST: {
    ...gateway,
    exit: 4,
    rpc: -33014,
    reader: 'model',
    origin: 'upstream-transport',
    number: 705,
    message: 'the connection to {server} was lost before it answered: {cause}',
    remedy: 'the call may have been carried out: check before you repeat it',
  },
  DRAINING: {
    ...gateway,
    exit: 4,
    rpc: -33018,
    retryable: true,
    reader: 'model',
    number: 706,
    message: '{server} is being stopped',
    remedy: 'the call was not sent; try again later',
  },
  PROCESS_LIMIT: {
    ...gateway,
    exit: 4,
    rpc: -33012,
    retryable: true,
    reader: 'model',
    number: 707,
    message: '{server} cannot be started: there are {limit} {what} already',
    remedy: 'end sessions that are not used, or raise limits.{key}',
  },
  UPSTREAM_FAILED: {
    ...gateway,
    exit: 4,
    rpc: -33010,
    reader: 'model',
    origin: 'upstream-transport',
    number: 708,
    message: '{server} cannot be used ({state})',
    remedy: 'the call was not sent; somebody has to look at the server: switchyard status',
  },
  INPUT_STALLED: {
    ...gateway,
    exit: 4,
    rpc: -33010,
    retryable: true,
    reader: 'model',
    origin: 'upstream-transport',
    number: 709,
    message: '{server} does not read its input',
    remedy: 'the call was not sent; try again later or use another tool',
  },

  SUBSCRIPTIONS_LIMIT: {
    ...gateway,
    exit: 1,
    rpc: -33012,
    reader: 'model',
    retryable: true,
    number: 710,
    message: '{server} has {limit} subscriptions already',
    remedy: 'end some of them: resources/unsubscribe',
  },

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
    remedy: 'remove "enabled": false (or "disabled": true) from its entry and restart serve',
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

  // 8xx: plugins
  PLUGIN_TRANSPORT_MISSING: {
    ...plugin,
    number: 801,
    message: '{server}: transport "{kind}" needs a plugin and none provides it',
    remedy: 'add the plugin to "plugins"',
  },
  PLUGIN_API_MISMATCH: {
    ...plugin,
    number: 802,
    message: '{plugin} was built for plugin API {found}; this is {expected}',
    remedy: 'install a version of the plugin for API {expected}',
  },
  PLUGIN_NOT_FOUND: {
    ...plugin,
    number: 803,
    message: 'the plugin "{plugin}" was not found',
    remedy: 'npm install it beside the configuration file, or correct the name; paths begin with ./',
  },
  PLUGIN_INVALID: {
    ...plugin,
    reader: 'author',
    number: 804,
    message: '{plugin} is not a plugin: {reason}',
    remedy: 'export default definePlugin({ id, api: 1, setup(host) { … } })',
  },
  PLUGIN_NEED_MISSING: {
    ...plugin,
    number: 805,
    message: '{plugin} needs "{token}", which no installed plugin provides',
    remedy: 'add a plugin that provides "{token}" to "plugins"',
  },
  PLUGIN_CYCLE: {
    ...plugin,
    reader: 'author',
    number: 806,
    message: 'plugins need each other in a circle: {cycle}',
    remedy: 'take one of these needs away',
  },
  PLUGIN_PROVIDER_DUPLICATE: {
    ...plugin,
    number: 807,
    message: '{first} and {second} both provide "{token}"',
    remedy: 'turn one off in "plugins": { "<name>": false }',
  },
  PLUGIN_SETUP_FAILED: {
    ...plugin,
    number: 808,
    message: '{plugin} could not be set up: {reason}',
    remedy: 'correct that, or turn the plugin off in "plugins": { "<name>": false }',
  },
  PLUGIN_SETUP_TIMEOUT: {
    ...plugin,
    number: 809,
    message: '{plugin} did not finish its set-up within {seconds} s',
    remedy: 'its setup() never settled: await something that ends, or start the work without awaiting it',
  },
  PLUGIN_OPTIONS_INVALID: {
    ...plugin,
    number: 810,
    message: '{plugin}: {reason}',
    remedy: 'correct its options in "plugins"',
  },
  PLUGIN_DUPLICATE: {
    ...plugin,
    number: 811,
    message: 'two plugins have the id "{plugin}": {first} and {second}',
    remedy: 'turn one off in "plugins": { "<name>": false }',
  },
  PLUGIN_CLASH: {
    ...plugin,
    number: 812,
    message: '{first} and {second} both contribute the {what} "{name}"',
    remedy: 'turn one off in "plugins": { "<name>": false }',
  },
  PLUGIN_NEED_UNDECLARED: {
    ...plugin,
    reader: 'author',
    number: 813,
    message: '{plugin} asks for "{token}" without naming it in needs',
    remedy: 'add the token to needs, so that its provider is set up first',
  },
  PLUGIN_PROVIDE_UNDECLARED: {
    ...plugin,
    reader: 'author',
    number: 814,
    message: '{plugin} provides "{token}" without naming it in provides',
    remedy: 'add the token to provides',
  },
  PLUGIN_ROLE_MISSING: {
    ...plugin,
    number: 815,
    message: 'no installed plugin contributes to "{point}"',
    remedy: 'add one to "plugins", for example {example}',
  },
  PLUGIN_PROVIDE_MISSING: {
    ...plugin,
    reader: 'author',
    number: 816,
    message: '{plugin} names "{token}" in provides and did not provide it',
    remedy: 'call host.provide in setup, or take the token out of provides',
  },
  PLUGIN_TEARDOWN_FAILED: {
    ...plugin,
    reader: 'author',
    number: 817,
    message: '{plugin}: {what} could not be undone: {reason}',
    remedy: 'the rest was undone all the same; what a plugin owns must end by itself, and soon',
  },
  SCOPE_CLOSED: {
    ...plugin,
    reader: 'author',
    number: 818,
    message: '{scope} was undone already and takes nothing more',
    remedy: 'stop the work that goes on when host.signal aborts',
  },
  PLUGIN_CONTRIBUTION_UNREAD: {
    ...plugin,
    number: 819,
    message: '{plugin} contributes to "{point}", which no installed plugin reads',
    remedy: 'add the plugin that reads it, or correct the name of the extension point',
  },

  // 9xx: us
  BUG: {
    ...gateway,
    exit: 1,
    number: 901,
    message: 'something went wrong that should not: {what}',
    remedy: 'please report it with the correlation id',
  },
} as const satisfies Record<string, ErrorSpec>;

/** The name of an error, as code compares it. */
export type ErrorCode = keyof typeof ERRORS;
