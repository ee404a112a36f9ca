import {
  definePlugin,
  defineTransport,
  transports,
  type AnyPlugin,
  type Loss,
  type Received,
  type Wire,
  type WireMessage,
} from '@switchyard/plugin-api';

/** A tool as a scripted server describes it. */
export interface SpecTool {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** A server that does what the test says. */
export class SpecServer {
  tools: readonly SpecTool[] = [];
  prompts: readonly SpecTool[] = [];
  resources: readonly { readonly uri: string; readonly name: string }[] = [];
  templates: readonly { readonly uriTemplate: string; readonly name: string }[] = [];
  instructions: string | undefined;
  /** Requests by these methods are never answered. */
  readonly mute = new Set<string>();
  /** Requests by these methods are refused, in these words. */
  readonly refusals = new Map<string, string>();
  /** How often it was started. */
  starts = 0;
  #receive: ((received: Received) => void) | undefined;
  #end: ((loss: Loss) => void) | undefined;

  /** Says that its tools are others now. */
  offer(tools: readonly SpecTool[]): void {
    this.tools = tools;
    this.#say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  }

  /** Ends as a process does. */
  exit(exitCode: number): void {
    this.#end?.({ cause: `exited with code ${exitCode}`, exitCode });
  }

  wire(): Wire {
    let end!: (loss: Loss) => void;
    const closed = new Promise<Loss>((resolve) => (end = resolve));
    return {
      info: { pid: 4242, target: '/usr/bin/scripted' },
      usage: {
        sampledAt: 1_700_000_000_000,
        processes: 2,
        threads: 12,
        residentBytes: 5_000_000_000,
        cpuSeconds: 1.25,
        descriptors: 40,
      },
      closed,
      open: async (receive) => {
        this.starts += 1;
        this.#receive = receive;
        this.#end = end;
      },
      send: async (message) => {
        this.#answer(message);
        return 'sent';
      },
      close: async () => end({ cause: 'closed' }),
    };
  }

  #answer({ segments }: WireMessage): void {
    const { id, method } = JSON.parse(Buffer.concat(segments).toString()) as { id?: unknown; method: string };
    if (id === undefined || this.mute.has(method)) return;
    const refusal = this.refusals.get(method);
    const outcome =
      refusal === undefined
        ? { result: this.#results()[method] ?? {} }
        : { error: { code: -32603, message: refusal } };
    setImmediate(() => this.#say({ jsonrpc: '2.0', id, ...outcome }));
  }

  #results(): Readonly<Record<string, object>> {
    return {
      initialize: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
        serverInfo: { name: 'scripted', version: '1.0.0' },
        ...(this.instructions !== undefined && { instructions: this.instructions }),
      },
      'tools/list': { tools: this.tools.map((tool) => ({ inputSchema: { type: 'object' }, ...tool })) },
      'prompts/list': { prompts: this.prompts },
      'resources/list': { resources: this.resources },
      'resources/templates/list': { resourceTemplates: this.templates },
    };
  }

  #say(message: object): void {
    this.#receive?.({ bytes: Buffer.from(JSON.stringify(message)) });
  }
}

/** A way to reach scripted servers: `{ "transport": "scripted" }`. */
export function scriptedTransport(servers: ReadonlyMap<string, SpecServer>): AnyPlugin {
  return definePlugin({
    id: 'transport-scripted',
    api: 1,
    setup(host) {
      host.contribute(
        transports,
        defineTransport({
          kind: 'scripted',
          target: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } },
          open: (_target, { server }) => {
            const scripted = servers.get(server);
            if (!scripted) throw new Error(`the test knows no server "${server}"`);
            return scripted.wire();
          },
        }),
      );
    },
  });
}
