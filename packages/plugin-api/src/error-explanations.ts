import type { ErrorCode, ErrorReader, ErrorSpec } from './error-table.ts';

/** Whether a server acted on a call, as the answer with this error says it. `no or unknown`: it depends on the case. */
export type ExecutedSaid = 'no' | 'yes' | 'unknown' | 'no or unknown';

/** What an exit code of the command means. */
export const EXITS: Readonly<Record<ErrorSpec['exit'], string>> = {
  0: 'ok',
  1: 'unexpected',
  2: 'usage',
  3: 'token needed',
  4: 'unreachable',
  5: 'tool error',
  6: 'configuration',
  7: 'wait timed out',
  8: 'plugin',
  9: 'not running',
};

/** Who can do something about an error, in words. */
export const READERS: Readonly<Record<ErrorReader, string>> = {
  operator: 'whoever runs the gateway',
  author: 'the author of a plugin',
  model: 'the model behind the client, and whoever runs the gateway',
  client: 'the author of the client',
};

/**
 * What an error's message alone does not tell: why it happens, how to look, what Switchyard did. Plain sentences, read by
 * `switchyard explain` and `docs/errors.md`, and by nothing that serves: this module has its own entry.
 */
export const EXPLANATIONS: Readonly<Record<ErrorCode, string>> = {
  // 1xx: this instance, its listeners and its state directory
  PORT_IN_USE:
    'Another program listens on this address already, perhaps another Switchyard with another configuration. Nothing was started: doors are opened before servers are. Where the system tells who it is, the message names the process.',
  LISTEN_UNPROTECTED:
    'Any machine that can reach this address could call every tool. Without tokens only programs on this machine are let in, so Switchyard listens on loopback only. Nothing was started.',
  STATE_DIR_IN_USE:
    'A state directory belongs to one process at a time, and the default one follows from the path of the configuration. The process that has it is alive. Nothing was started.',
  STATE_DIR_UNUSABLE:
    'The state directory could not be created, written or locked. It must be a folder on a local disk that you alone own, because the admin token is kept there. Nothing was started.',
  NODE_UNSUPPORTED:
    'Switchyard uses parts of Node.js that older versions do not have. "node --version" says which one your PATH finds; clients that start programs themselves often have another PATH than your shell.',
  NOT_RUNNING:
    'The command asks the process that serves this configuration, and found none that is alive. Which one is meant follows from --config, --state-dir or the folder you are in: the same file in another place is another configuration.',
  LISTEN_FAILED:
    'The operating system refused the address: the host is no address of this machine, or a port under 1024 needs more rights. Nothing was started.',
  GATEWAY_UNREACHABLE:
    'A command looked for a gateway at this address and got no answer that is one. It may have stopped, listen on another port, or stand behind something that answers in its place.',
  STORE_CONFLICT:
    'An entry of the store was written with the version that was read before, and is of another version by now. Nothing was written, so the other change is safe.',
  STORE_FAILED:
    'A file of the state directory could not be written. What was there before is unharmed: entries are written beside it and renamed. Calls go on; what was to be remembered is not.',
  USAGE:
    'The command line was not understood, and nothing was done. Flags may stand anywhere, and each of them once.',
  STORE_NAME_INVALID:
    'A plugin asked the store for an entry whose name could lead out of the state directory, or would mean another file on another system. Nothing was read or written.',
  STORE_UNREADABLE:
    'A file of the state directory is there and cannot be read. Switchyard does not take it for absent, because it would then write over it.',
  SOCKET_UNUSABLE:
    'The Unix socket could not be made: another kind of file stands at its path, somebody listens there, or the folder cannot be written. A socket that nobody listens on any more is removed by itself.',
  GATEWAY_LOST:
    '"switchyard stdio" only passes bytes on, and the gateway that it passed them to has ended or closed the connection. A call that was under way may have been carried out. The gateway writes why it ended to the file "log" in its state directory.',
  START_FAILED:
    '"switchyard stdio" found no gateway for this configuration, started one, and could not connect to it within its time. The one that was started may have ended without a word: "serve" in a terminal shows it.',
  STOP_UNFINISHED:
    'The gateway was sent SIGTERM. It lets calls under way end for up to 10 s and then ends its servers, those that hang by force; this one is not through yet. It was not killed, because its servers could be left behind.',
  CALL_ABANDONED:
    'The gateway was told to stop, gave calls under way 10 s, ended its servers, and this call still had no outcome: a plugin on its path keeps it. Whether the server acted on it is not known.',
  STOP_LATE:
    'A stop may take 10 s for calls under way and 5 s for everything else. Something did not end within that time, mostly a plugin that cannot be undone or a process that even SIGKILL does not end. The gateway killed the process groups of its servers and ended by itself, with exit code 1.',
  STOP_UNCLEAN:
    'Each part of a gateway is stopped, whatever becomes of the others. One of them failed at that or took longer than it may; the rest was stopped in order, and the process ended with exit code 1.',
  // 2xx: a server's process
  COMMAND_NOT_FOUND:
    'The program was looked for in the PATH that the server would get, which is that of Switchyard or of the entry\'s "env". A Switchyard that a desktop application started has a shorter PATH than your shell. Therefore the login shell is asked for its PATH too, once and for 3 s at most, unless the entry itself sets PATH. Where both fail, "which npx" in a terminal tells the full path. It is not tried again until the entry or the machine changes and the server is started anew.',
  COMMAND_NOT_EXECUTABLE:
    'The file is there and the system would not run it: it is no program for this machine, has no permission to be executed, or the interpreter in its first line is missing. It is not tried again by itself.',
  FOLDER_MISSING:
    'A server is started in the folder "cwd" of its entry, relative to the configuration file. Without that folder it would be started in the wrong place, so it was not started.',
  SPAWN_FAILED:
    'The program was found, and the system had no room for another process. It is tried again with growing pauses.',
  UPSTREAM_EXITED:
    'The process of the server ended, or closed its output. Its last lines on stderr are shown where there were any, and mostly name the cause. A server that ran well is started again at once, one that keeps ending ever more rarely; calls wait up to five seconds for it.',
  SERVER_UNKNOWN:
    'Servers go by the key of their entry in "mcpServers", exactly as it is written there. One that is added to the file is known as soon as the file is saved and free of mistakes.',
  CRASH_LOOP:
    'Five starts within a minute failed, or ended soon after. Starting it ever again would only cost the machine, so the pauses are now 1 to 5 minutes; a minute of being ready clears the count, and so does an order to start it. Calls are refused at once instead of waiting.',
  MODULE_UNUSABLE:
    'A server that runs inside the gateway is a function that a module exports. The module could not be loaded, or has no such function. It is not tried again by itself.',
  START_TIMEOUT:
    'The process was started, and did not answer the first message of the protocol in its time: 30 s, or 120 s in all for npx, uvx, docker and the like, which may have to download something first. Programs that are no MCP servers, or wait for input of another kind, look like this. It is ended and tried again; "startupTimeout" gives it longer.',
  UPSTREAM_UNREACHABLE:
    'The server at this URL could not be reached, or the connection to it broke. It is tried again with pauses between 0.5 and 60 s, spread by chance, so that many clients do not come back at one moment.',
  UPSTREAM_UNRESPONSIVE:
    'Nothing was heard of the server for half a minute while nothing of it was awaited, and then it did not answer a ping either. After the first time it is shown as degraded and still gets calls; whatever it says makes it ready again. After the second it is ended and started anew. A server that works on a call is never asked. One that never answers pings is asked for a list it has told before, and only after a call that timed out.',
  INNER_COMMAND_UNUSABLE:
    'A shell or a launcher was started and ended at once with 127 or 126, which is how they say that the program they were to run was not found, or may not be executed. It is not tried again by itself: nothing would be different. The same codes after a run that was ready are an end like any other.',
  LISTS_FAILING:
    'The server refused a list, or did not give it in time, at least twice in a row. It is shown as degraded: it takes calls, and the list that was read last stays. It is read again after 10 seconds, then ever more rarely up to every 5 minutes, and at once when the server says that it changed.',
  // 3xx: who may
  TOKEN_REQUIRED:
    'The gateway has tokens configured, and the request carried none of them. Which token it was does not appear in logs, neither right nor wrong ones. Nothing was looked at beyond the headers. A call that was under way when its token was taken out of the configuration ends like this too, and may have been executed.',
  ADMIN_TOKEN_REQUIRED:
    'Everything that shows or changes the gateway itself needs the admin token, on loopback too: a web page in your browser reaches loopback as well. Commands on the same machine find it in the state directory by themselves; SWITCHYARD_ADMIN_TOKEN overrides it.',
  HOST_REFUSED:
    'The Host header named an address that this gateway does not go by. That is how a web page reaches a local server through a name of its own (DNS rebinding), so it is refused. Behind a reverse proxy, its public name must be listed.',
  ORIGIN_REFUSED:
    'A browser sent this request for a page of another origin. Tools can do whatever your account can, so pages may use them only if their origin is listed.',
  // 4xx: messages that are not what the protocol asks for
  UPSTREAM_PROTOCOL:
    'The answer of the server was cut, was no JSON-RPC, or was nested deeper than 128 levels. The server did act on the call; only its answer is useless.',
  MESSAGE_TOO_LARGE:
    'The answer of the server is larger than what the gateway keeps in memory for one message. The server did act on the call, so do not repeat it as it is.',
  HANDSHAKE_REFUSED:
    'The server answered "initialize" with an error, or with something that no MCP client can agree to. It is ended and tried again with growing pauses.',
  ASK_REFUSED:
    'The server asked its client something (sampling, elicitation or roots), and the question could not be given to exactly one client that is able to answer it. The server got an error for an answer and runs on. Questions never go to another client than the one whose call they belong to.',
  UPSTREAM_REFUSED:
    'The server at this URL answered with an HTTP status where the protocol wants a message. 404 and 405 mostly say that the URL is not that of its MCP endpoint; 5xx comes from the server or from a proxy before it. Statuses that are given before the message is read say that nothing was executed, all others leave it open.',
  UPSTREAM_AUTH:
    'The server at this URL wants to know who asks, and did not accept what was sent. Switchyard sends the "headers" of the entry and nothing else: the token of a client is never passed on. It is not tried again until the server is started anew, because a refused credential stays refused.',
  PARSE_ERROR:
    'The client sent bytes that are no JSON in UTF-8, or JSON nested deeper than 128 levels. Nothing was executed.',
  INVALID_REQUEST:
    'The client sent JSON that is no JSON-RPC message: "jsonrpc" is not "2.0", the id is neither a string nor a safe integer, or a member is there twice. Nothing was executed.',
  METHOD_NOT_FOUND:
    'The method is none of this revision of MCP, or belongs to a capability that was not declared. Nothing was executed.',
  INVALID_PARAMS:
    'The parameters lack what the method needs, or have it in another form. Arguments of tools are not judged here: each server does that itself. Nothing was executed.',
  BATCH_REFUSED:
    'Several messages came as one JSON array. Only MCP 2025-03-26 had that, so only sessions that agreed on that revision may send it. None of the messages was executed.',
  SESSION_UNKNOWN:
    'The session id is of no session of this gateway: it ended after 30 minutes without use, made room for others, was ended by its client, or the gateway was restarted. A session of another token is not found either. Clients begin a new one after a 404.',
  SESSION_MISSING:
    'Every request after "initialize" carries the session id that its answer gave in the header Mcp-Session-Id. Something between client and gateway may have dropped it.',
  ID_IN_USE:
    'The session has a request with this id under way. Two answers with one id could not be told apart, so the second request was refused, and the first goes on.',
  NOT_ACCEPTABLE:
    'The HTTP headers do not fit Streamable HTTP: the client must send JSON and accept both JSON and an event stream. Nothing was executed.',
  SESSION_LIMIT:
    'There are as many client sessions as this door may have, and each of them has work under way: an idle one would have made room. Nothing was executed.',
  HTTP_BODY_TOO_LARGE:
    'A message of a client may have 4 MiB. It was not read to its end, and nothing was executed.',
  HTTP_BODY_ABORTED: 'The connection broke while the message was coming in. Nothing was executed.',
  HTTP_ROUTE_TAKEN: 'Two plugins want to answer on one path. The second one could not be set up.',
  PROTOCOL_VERSION_REFUSED:
    'The header MCP-Protocol-Version names a revision that this gateway does not speak. After "initialize" it must be the revision that was agreed on.',
  HTTP_MALFORMED:
    'The request has no Host, several of them, a target that is no path, or too much in its headers. Programs that speak HTTP properly do not send this.',
  HTTP_ROUTE_UNKNOWN:
    'No plugin serves this path at this address. Admin routes may stand on another port (4621) than the endpoint for clients.',
  STREAM_IN_USE:
    'A session may hold one stream for messages that belong to no call, and has it already. The first one goes on.',
  ANSWERED_WITH_ERROR:
    'A gateway or a server answered this command with an error of its own, whose text is shown. Where the gateway gave a number, that number is shown instead of this one: explain that.',
  SESSION_OVERLOADED:
    'One session may have 64 calls under way. More are refused at once instead of waiting without end. Nothing was executed.',
  HTTP_BODIES_LIMIT:
    'Requests of all clients that are being read may take 64 MiB together. This one was dropped to keep the gateway alive. Nothing was executed.',
  EVENT_UNKNOWN:
    'A client came back for the rest of a stream (Last-Event-ID), and the stream is not kept any more: 256 messages or 1 MiB are kept for 60 s. What was missed cannot be told; answers to calls may be among it.',
  // 5xx: names and lists
  TOOL_NOT_FOUND:
    "Names of tools are those of tools/list: the server's name, two underscores, the tool's own name. A server that was never reached has no tools yet. Nothing was executed.",
  ARGUMENT_INVALID:
    '"switchyard call" reads its words by the schema of the tool, and one of them does not fit. Nothing was sent.',
  NAME_COLLISION:
    'Several servers offer something under the same public name, which happens only where prefixes were taken away or made equal. Nobody gets the name: who got it could change, and a client would call another tool than it was shown.',
  SLUG_COLLISION:
    'The names of two servers become the same prefix, because a prefix has letters, digits, "_" and "-" only, and their tools could not be told apart. The one that stands later in the file offers nothing until one of them is renamed.',
  PROMPT_NOT_FOUND:
    "Names of prompts are those of prompts/list: the server's name, two underscores, the prompt's own name. Nothing was executed.",
  RESOURCE_NOT_FOUND:
    'No server lists this URI, and no template of any server fits it. A server that was never reached has no resources yet. Nothing was executed.',
  CURSOR_INVALID:
    'Cursors are made by the gateway and hold for the list as it was then. Only a cursor of the page before is good.',
  // 6xx: configuration
  CONFIG_UNKNOWN_KEY:
    'A key that means nothing is most likely one that was misspelt, and what it should have done would silently not happen. In a server entry this is a warning, because those blocks are copied from elsewhere; in all other places nothing is served.',
  CONFIG_MISSING:
    'The configuration is looked for at --config, in SWITCHYARD_CONFIG, as ./switchyard.jsonc and as ~/.config/switchyard/switchyard.jsonc, in this order. One that is named is not looked for elsewhere.',
  CONFIG_UNREADABLE:
    'The file that was named is not there, is a folder, may not be read, or has more than 50 MiB.',
  CONFIG_SYNTAX:
    'The file is no JSON with comments: the place is where reading it failed, and the fault stands there or just before. A key that is there twice is a fault too, because one of the two would be ignored.',
  CONFIG_INVALID:
    'The value of a key is of the wrong kind or out of its range. Editors show this while you type, with "$schema" naming switchyard.schema.json. Nothing is served.',
  SERVER_INVALID:
    'The entry of this server cannot be used as it is. It is shown as failed and not started; all other servers run. A changed entry counts as soon as the file is saved.',
  VARIABLE_MISSING:
    'The entry uses a variable that the environment of Switchyard does not have. A Switchyard that a desktop application started does not have what your shell exports. An empty value in its place would fail later and worse, so the server is not started.',
  KEY_NOT_SUPPORTED:
    'The key is known from other clients or meant for a later version, and does nothing yet. A server whose entry would be half ignored is not started, because the ignored half may be what protects you.',
  CONFIG_KEY_NOT_SUPPORTED:
    'The key is meant for a later version and does nothing yet. Nothing is served while a part of the configuration would be ignored, because it may be what protects you.',
  CONFIG_SECRET_LITERAL:
    'The value looks like a token or a password. Files like this one are copied, shown and committed. It works all the same: this is a warning.',
  CONFIG_TIMEOUT_UNIT:
    'Clients differ in the unit of "timeout": numbers under 1000 are read as seconds, because that is what they mean elsewhere. It works all the same: this is a warning.',
  LAUNCHER_OPTION_MISSING:
    'The program is one that starts another, and an option that servers need is not among its own; behind the name of what it starts, options belong to that. Without "-i", docker gives a server no stdin, and it ends at once. Without "--rm", each start leaves a container behind, and without "--init" it may not obey when it is to stop. Without "-y", npx may ask before it installs something, and nobody answers. It is started all the same: this is a warning.',
  ENV_FILE_UNUSABLE:
    'The entry names a file of variables (dotenv: NAME=value lines), and it is not there, cannot be read, or has a line that says nothing clear. The server is not started without what the file was to say; all others run. The file is read when the configuration is. What "env" says comes first.',
  RESTART_NEEDED:
    'Servers, names, tokens, limits and log levels change while everything runs. Plugins and listeners do not: they are set up once. A file that changes both is not half applied: the configuration before it stays in force.',
  REVISION_CHANGED:
    "Whoever ordered the reload said which revision they had seen, and meanwhile another one has come into force. Nothing was done, so that nobody's change is undone unseen.",
  RELOAD_REFUSED:
    'The gateway is stopping, was given its configuration as a text and knows no file, or has many reloads waiting already.',
  // 7xx: calls
  UPSTREAM_UNAVAILABLE:
    'The server is not ready, and did not become ready while the call waited for it. It is being started or tried again by itself. The word in brackets is its state, with the error that led to it where there is one.',
  OVERLOADED:
    'As many calls are waiting for this server as may wait. It answers more slowly than it is asked, or does not answer at all.',
  CALL_TIMEOUT:
    'A call has 60 s, begun anew by each progress message, and 300 s in all; "timeout" in the entry changes the first. The server was told to cancel, and may have carried the call out all the same.',
  UPSTREAM_LOST:
    'The call had gone out to the server when the connection to it ended. Nobody can know whether it was carried out, so Switchyard does not repeat it by itself.',
  DRAINING:
    'The server, or the whole gateway, is being stopped: calls under way may end, new ones are not taken.',
  PROCESS_LIMIT:
    'Servers that each session or principal has for itself would need one more process or connection than the limits allow. Those of sessions that ended are free again.',
  UPSTREAM_FAILED:
    'The server failed in a way that trying again cannot cure, for example because its command does not exist. It is not started again until somebody starts it.',
  INPUT_STALLED:
    'The server runs and does not take what is written to it, so its input is full. It may be busy, or hang. The call waited its time and was then given up, before a byte of it went out.',
  SUBSCRIPTIONS_LIMIT:
    'Clients are subscribed to as many resources of this server as it may have. The limit keeps one client from filling the memory of all.',
  CIRCUIT_OPEN:
    'Calls to this server failed several times in a row, or half of them did, so more of them are not sent for a while: they would wait for nothing, and keep the server from coming back. It is asked by itself whether it answers; then a few calls are let through, and if they succeed, all are. "breaker" in the entry has the numbers, or turns it off.',
  MEMORY_SHORT:
    'The gateway itself uses nearly all the memory that it may have, and refuses new calls so that those under way come to their end. Answers of tools that are very large are the usual reason.',
  TOKEN_ATTEMPTS_LIMIT:
    'Ten requests within a minute carried a token that is nobody’s, all from one address. Until the minute is over, tokens from there are not even looked at, so that nobody can try them all. On this machine a right token is served all the same: one program with an old token must not shut out the others.',
  GRAPHQL_REQUEST_INVALID:
    'The admin API is asked by POST with one JSON object, and with nothing that a web page can send without asking first. The request was not carried out.',
  GRAPHQL_LIMIT:
    'The document is larger than anything that a person or a dashboard needs, and answering it would take time from the calls that this process carries. extensions.code names the rule. Nothing of it was carried out.',
  SUBSCRIBERS_LIMIT:
    'Each subscription holds a connection and a buffer for as long as it lives, so there is a limit for each client and one for all. Those that exist are not affected.',
  SERVER_DISABLED:
    'The entry is kept and the server is not served. An order over the admin API does not overrule the file: what the file says must be so again after a restart.',
  WAIT_TIMED_OUT:
    'The order was given and the wait for what it aims at was over first. Nothing is undone: a slow server becomes ready later, and one that keeps failing is tried again with growing pauses. "history" of the server tells what happened.',
  ORDER_OVERTAKEN:
    'Two programs or people gave opposite orders. The latest one counts, and whoever waited for the earlier one is told instead of waiting in vain.',
  WAITS_LIMIT:
    'Each wait holds a request and a timer, so there is a limit for all of them together. Orders without waitFor are not limited.',
  LISTS_UNREAD:
    'A list was refused, did not come in time, or could not be read. What the server said is in the message. Lists that failed are read again by themselves as well, ever more rarely.',
  METRIC_INVALID:
    'The name, the kind or the labels of a metric that a plugin contributes are not what Prometheus can read. The metric is left out; all others are served.',
  METRIC_CLASH: 'Two plugins contribute a metric of one name, and a scraper would take both for one series.',
  // 8xx: plugins
  PLUGIN_TRANSPORT_MISSING:
    'The entry names a way to reach its server that no installed plugin knows, or has neither "command" nor "url" nor another key that tells it. "switchyard plugins --tree" shows what is contributed to "transports". All other servers run.',
  PLUGIN_API_MISMATCH:
    'The plugin says in its package.json or in its definition which version of the plugin interface it was written for, and this gateway has another one. It was not loaded, because what it calls may not be there.',
  PLUGIN_NOT_FOUND:
    'Names of plugins are looked up from the folder of the configuration, as Node.js looks up packages, and then in Switchyard itself. Paths are relative to the configuration file.',
  PLUGIN_INVALID:
    'What was loaded is no plugin in the form that the kernel understands: the default export, its id, or something that it contributes is wrong.',
  PLUGIN_NEED_MISSING:
    'A plugin asks for a service of another plugin, and that one is not installed, is turned off, or failed itself.',
  PLUGIN_CYCLE:
    'Plugins are set up after those that they need, and these need each other. None of them could be set up first.',
  PLUGIN_PROVIDER_DUPLICATE:
    'Two plugins provide the same service, and everybody else would depend on which one was first.',
  PLUGIN_SETUP_FAILED:
    'The plugin threw while it was set up. What it had begun was undone. An optional plugin is left out; without one that is not, nothing is served.',
  PLUGIN_SETUP_TIMEOUT:
    'A plugin has 10 s for its set-up, loading it and checking its options included. What it had begun was undone.',
  PLUGIN_OPTIONS_INVALID:
    'The options of the plugin in "plugins" do not fit the schema that the plugin itself gives.',
  PLUGIN_DUPLICATE:
    'Two entries of "plugins" turned out to be the same plugin, or two plugins chose the same id.',
  PLUGIN_CLASH:
    'Two plugins contribute something that there can be only one of, and which of them is meant cannot be guessed.',
  PLUGIN_NEED_UNDECLARED:
    'A plugin may use only the services that its definition names in "needs": the order of set-up follows from it.',
  PLUGIN_PROVIDE_UNDECLARED:
    'A plugin may provide only the services that its definition names in "provides": others find it by that.',
  PLUGIN_ROLE_MISSING:
    'The gateway cannot work without this part: a catalog and a router are plugins too, and one of them was turned off or failed.',
  PLUGIN_PROVIDE_MISSING:
    'The plugin promised a service, and its set-up ended without it. Plugins that need it could not be set up.',
  PLUGIN_TEARDOWN_FAILED:
    'The gateway stopped, or undid a set-up, and something that this plugin owns threw or did not end within its time. Everything else was undone.',
  SCOPE_CLOSED:
    'Work of a plugin went on after the plugin was undone, and wanted to own or contribute something more. It was refused, because nobody would end it.',
  PLUGIN_CONTRIBUTION_UNREAD:
    'A plugin contributes to an extension point that no installed plugin reads, so the contribution does nothing. The name may be misspelt. This is a warning.',
  // 9xx: us
  BUG: 'A fault of Switchyard or of a plugin that was not foreseen. It ended what is named and nothing else. --debug shows the stack of a command; the log has that of the gateway, under the correlation id.',
};

/** Codes that answer a call, and what such an answer says of `executed`. It is never a guess. */
export const EXECUTED: Readonly<Partial<Record<ErrorCode, ExecutedSaid>>> = {
  UPSTREAM_PROTOCOL: 'yes',
  MESSAGE_TOO_LARGE: 'yes',
  UPSTREAM_REFUSED: 'no or unknown',
  CALL_ABANDONED: 'unknown',
  TOKEN_REQUIRED: 'no or unknown',
  UPSTREAM_AUTH: 'no',
  PARSE_ERROR: 'no',
  INVALID_REQUEST: 'no',
  METHOD_NOT_FOUND: 'no',
  INVALID_PARAMS: 'no',
  BATCH_REFUSED: 'no',
  ID_IN_USE: 'no',
  SESSION_OVERLOADED: 'no',
  TOOL_NOT_FOUND: 'no',
  PROMPT_NOT_FOUND: 'no',
  RESOURCE_NOT_FOUND: 'no',
  CURSOR_INVALID: 'no',
  UPSTREAM_UNAVAILABLE: 'no',
  OVERLOADED: 'no',
  CALL_TIMEOUT: 'unknown',
  UPSTREAM_LOST: 'unknown',
  DRAINING: 'no',
  PROCESS_LIMIT: 'no',
  UPSTREAM_FAILED: 'no',
  INPUT_STALLED: 'no',
  SUBSCRIPTIONS_LIMIT: 'no',
  CIRCUIT_OPEN: 'no',
  MEMORY_SHORT: 'no',
  TOKEN_ATTEMPTS_LIMIT: 'no',
  BUG: 'no or unknown',
};
