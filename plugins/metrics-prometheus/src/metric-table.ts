/** One metric of this plugin's own. */
export interface MetricSpec {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** In this order in the text. */
  readonly labels: readonly string[];
  readonly help: string;
  /** The base unit of its values; absent: things are counted. */
  readonly unit?: 'seconds' | 'bytes';
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[];
}

/** Those of OpenTelemetry's conventions for MCP, so that dashboards made for them work unchanged. */
const OPERATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/**
 * Every metric of this plugin's own, under the names that Prometheus sees. The one place where OpenTelemetry's names
 * are ours: its conventions for MCP are still in development and have moved before.
 */
export const METRICS = {
  serverOperation: {
    name: 'mcp_server_operation_duration_seconds',
    type: 'histogram',
    labels: ['mcp_method_name', 'error_type', 'mcp_protocol_version'],
    unit: 'seconds',
    buckets: OPERATION_BUCKETS,
    help: 'Time from admitting a request of a client to its outcome.',
  },
  clientOperation: {
    name: 'mcp_client_operation_duration_seconds',
    type: 'histogram',
    labels: [
      'mcp_server',
      'mcp_method_name',
      'gen_ai_tool_name',
      'error_type',
      'network_transport',
      'mcp_protocol_version',
    ],
    unit: 'seconds',
    buckets: OPERATION_BUCKETS,
    help: 'Time a server took for a request, waiting for the server included.',
  },
  overhead: {
    name: 'switchyard_overhead_seconds',
    type: 'histogram',
    labels: ['mcp_method_name'],
    unit: 'seconds',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    help: 'Time of a request that no server had: from admission to outcome, less its last attempt at a server.',
  },
  transportBytes: {
    name: 'switchyard_transport_bytes_total',
    type: 'counter',
    labels: ['mcp_server', 'direction'],
    unit: 'bytes',
    help: 'Bytes of the messages to (out) and from (in) a server.',
  },
  frames: {
    name: 'switchyard_frames_total',
    type: 'counter',
    labels: ['mcp_server', 'direction'],
    help: 'Messages to (out) and from (in) a server.',
  },
  rejected: {
    name: 'switchyard_requests_rejected_total',
    type: 'counter',
    labels: ['mcp_server', 'reason'],
    help: 'Requests that the gateway refused before one byte reached a server.',
  },
  clientRequests: {
    name: 'switchyard_client_requests_total',
    type: 'counter',
    labels: ['client_name', 'mcp_method_name'],
    help: 'Requests that ended, by the name that the client gives itself.',
  },
  callsAccepted: {
    name: 'switchyard_calls_accepted_total',
    type: 'counter',
    labels: [],
    help: 'Requests of clients that were taken: at any instant those that ended and those in flight.',
  },
  calls: {
    name: 'switchyard_calls_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Requests of clients that ended.',
  },
  callsInFlight: {
    name: 'switchyard_calls_in_flight',
    type: 'gauge',
    labels: [],
    help: 'Requests of clients that have not ended yet.',
  },
  clients: {
    name: 'switchyard_clients',
    type: 'gauge',
    labels: [],
    help: 'Clients that are connected.',
  },
  inFlight: {
    name: 'switchyard_requests_in_flight',
    type: 'gauge',
    labels: ['mcp_server'],
    help: 'Requests that a server is working on, or that wait for it.',
  },
  held: {
    name: 'switchyard_requests_held',
    type: 'gauge',
    labels: ['mcp_server'],
    help: 'Those of them that wait: for the server to be ready, or for room beside what it is working on.',
  },
  state: {
    name: 'switchyard_server_state',
    type: 'gauge',
    labels: ['mcp_server', 'state'],
    help: 'The phase of a server: 1 for the one that it is in, 0 for all others.',
  },
  desiredRunning: {
    name: 'switchyard_server_desired_running',
    type: 'gauge',
    labels: ['mcp_server'],
    help: '1 while the server should be running, 0 otherwise.',
  },
  transitions: {
    name: 'switchyard_server_transitions_total',
    type: 'counter',
    labels: ['mcp_server', 'from', 'to', 'reason'],
    help: 'Changes of phase; the reason is the code of the error behind it, or else what happened.',
  },
  restarts: {
    name: 'switchyard_server_restarts_total',
    type: 'counter',
    labels: ['mcp_server', 'reason'],
    help: 'Starts of a server after its first, by itself (automatic) or by hand (ordered).',
  },
  startup: {
    name: 'switchyard_server_startup_seconds',
    type: 'histogram',
    labels: ['mcp_server'],
    unit: 'seconds',
    buckets: [0.2, 1, 3, 10, 60],
    help: 'Time from the start of a server until it is ready.',
  },
  lastReady: {
    name: 'switchyard_server_last_ready_timestamp_seconds',
    type: 'gauge',
    labels: ['mcp_server'],
    unit: 'seconds',
    help: 'When the server became ready last, in seconds since 1970; 0 if it never was.',
  },
  dropped: {
    name: 'switchyard_server_dropped_messages_total',
    type: 'counter',
    labels: ['mcp_server'],
    help: 'Messages of a server that were no JSON-RPC, too large, or answered nothing.',
  },
  residentMemory: {
    name: 'switchyard_server_resident_memory_bytes',
    type: 'gauge',
    labels: ['mcp_server'],
    unit: 'bytes',
    help: "Resident memory of a server's processes, of all its connections; what they share counts in each.",
  },
  processorTime: {
    name: 'switchyard_server_cpu_seconds_total',
    type: 'counter',
    labels: ['mcp_server'],
    unit: 'seconds',
    help: "Processor time of a server's processes, of all its runs and connections.",
  },
  threads: {
    name: 'switchyard_server_threads',
    type: 'gauge',
    labels: ['mcp_server'],
    help: "Threads of a server's processes.",
  },
  openDescriptors: {
    name: 'switchyard_server_open_descriptors',
    type: 'gauge',
    labels: ['mcp_server'],
    help: "Open descriptors of a server's processes.",
  },
  processes: {
    name: 'switchyard_server_processes',
    type: 'gauge',
    labels: ['mcp_server'],
    help: 'Processes of a server: its own, and what they started.',
  },
  catalogItems: {
    name: 'switchyard_catalog_items',
    type: 'gauge',
    labels: ['mcp_server', 'kind'],
    help: 'What a server offers, by list.',
  },
  catalogProblems: {
    name: 'switchyard_catalog_problems',
    type: 'gauge',
    labels: [],
    help: 'Things in the catalog that a person should look at.',
  },
  plugins: {
    name: 'switchyard_plugin_info',
    type: 'gauge',
    labels: ['plugin', 'state'],
    help: 'Always 1: the plugins that were asked for, and whether they are ready.',
  },
  build: {
    name: 'switchyard_build_info',
    type: 'gauge',
    labels: ['version', 'node_version'],
    help: 'Always 1: the versions of the gateway and of Node.js.',
  },
  reloadSuccessful: {
    name: 'switchyard_config_last_reload_successful',
    type: 'gauge',
    labels: [],
    help: 'Whether the configuration file, when it was read last, was one that counts now.',
  },
  reloadSuccessAt: {
    name: 'switchyard_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    labels: [],
    unit: 'seconds',
    help: 'When it last was, as seconds since 1970; the start counts.',
  },
  reloads: {
    name: 'switchyard_config_reloads_total',
    type: 'counter',
    labels: ['result'],
    help: 'Reloads of the configuration: applied, unchanged (nothing was to be done), refused (the one before stays).',
  },
  logLines: {
    name: 'switchyard_log_lines_total',
    type: 'counter',
    labels: ['level'],
    help: "Lines of the gateway's own log.",
  },
  shed: {
    name: 'switchyard_metrics_shed_total',
    type: 'counter',
    labels: ['what'],
    help: 'What the limits of this page left out, or counted as _other.',
  },
} as const satisfies Record<string, MetricSpec>;
