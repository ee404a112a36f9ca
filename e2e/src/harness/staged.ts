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

/** What a staged server waits for until the test says otherwise. */
export type Stage = 'open' | 'answer' | 'close';

/** A server that a test leads through its life, stage by stage: what it holds back does not happen. */
export class StagedServer {
  readonly #held = new Set<Stage>();
  readonly #waiting = new Map<Stage, (() => void)[]>();
  #end: ((loss: Loss) => void) | undefined;

  /** From now on this stage waits. */
  hold(stage: Stage): void {
    this.#held.add(stage);
  }

  /** What waits at this stage goes on, and nothing waits there any more. */
  release(stage: Stage): void {
    this.#held.delete(stage);
    for (const go of this.#waiting.get(stage)?.splice(0) ?? []) go();
  }

  /** Ends as a process does. */
  exit(exitCode: number): void {
    this.#end?.({ cause: `exited with code ${exitCode}`, exitCode });
  }

  wire(): Wire {
    let end!: (loss: Loss) => void;
    let receive: (received: Received) => void = () => {};
    const closed = new Promise<Loss>((resolve) => (end = resolve));
    this.#end = end;
    return {
      info: { pid: 4_242, target: 'staged' },
      closed,
      open: async (received) => {
        receive = received;
        await this.#at('open');
      },
      send: async (message) => {
        void this.#at('answer').then(() => receiveAnswer(message, receive));
        return 'sent';
      },
      close: async () => {
        await this.#at('close');
        end({ cause: 'closed' });
      },
    };
  }

  async #at(stage: Stage): Promise<void> {
    if (!this.#held.has(stage)) return;
    await new Promise<void>((go) => this.#waiting.set(stage, [...(this.#waiting.get(stage) ?? []), go]));
  }
}

function receiveAnswer({ segments }: WireMessage, receive: (received: Received) => void): void {
  const { id, method } = JSON.parse(Buffer.concat(segments).toString()) as { id?: unknown; method: string };
  const result = RESULTS[method];
  if (id !== undefined && result) {
    receive({ bytes: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result })) });
  }
}

const RESULTS: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'staged', version: '1.0.0' },
  },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [] },
};

/** A way to reach staged servers: `{ "transport": "staged" }`. */
export function stagedTransport(servers: Readonly<Record<string, StagedServer>>): AnyPlugin {
  return definePlugin({
    id: 'transport-staged',
    api: 1,
    setup(host) {
      host.contribute(
        transports,
        defineTransport({
          kind: 'staged',
          target: { '~standard': { version: 1, vendor: 'story', validate: (value) => ({ value }) } },
          open: (_target, { server }) => servers[server]!.wire(),
        }),
      );
    },
  });
}
