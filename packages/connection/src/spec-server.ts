import type { Wire, WireInfo } from '@switchyard/plugin-api';
import { ScriptedWire, type Taken } from './spec-wire.ts';

/** What a server answers to a request; undefined: it is silent. */
export type Reply = { readonly result: object } | { readonly error: object } | undefined;

/** A made-up tool. */
export const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });

/** The page of a list, by the cursor that it is asked with. */
export function pagesOf(kind: string, pages: readonly (readonly object[])[]) {
  return ({ params }: Taken): Reply => {
    const page = Number(params?.['cursor'] ?? 0);
    const nextCursor = page + 1 < pages.length ? String(page + 1) : undefined;
    return { result: { [kind]: pages[page], nextCursor } };
  };
}

/** An MCP server (2025-11-25) that does as the test says, over as many wires as it is given. */
export class ScriptedServer {
  readonly wires: ScriptedWire[] = [];
  capabilities: object = { tools: { listChanged: true } };
  /** What the next wires do with `open`. */
  opening: () => Promise<void> = () => Promise.resolve();
  /** `close` of the next wires resolves only when the test releases it. */
  holdsClose = false;
  info: WireInfo = {};
  /** The most wires that held something at one time, from `openWire` to the end of `close`. */
  mostAtOnce = 0;
  readonly #replies = new Map<string, (message: Taken, wire: ScriptedWire) => Reply>();

  constructor() {
    this.on('initialize', () => ({
      result: {
        protocolVersion: '2025-11-25',
        capabilities: this.capabilities,
        serverInfo: { name: 'scripted', version: '1.2.3' },
        instructions: 'be kind',
      },
    }));
    this.on('tools/list', pagesOf('tools', [[tool('echo')]]));
    this.on('tools/call', ({ params }) => ({ result: { content: [], echo: params?.['arguments'] } }));
  }

  readonly openWire = (): Wire => {
    const { info, holdsClose } = this;
    const wire = new ScriptedWire({
      take: (message, on) => this.#take(message, on),
      opening: this.opening(),
      holdsClose,
      info,
    });
    this.wires.push(wire);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.wires.filter(({ gone }) => !gone).length);
    return wire;
  };

  /** Says how a method is answered from now on. */
  on(method: string, reply: (message: Taken, wire: ScriptedWire) => Reply): void {
    this.#replies.set(method, reply);
  }

  /** Leaves a method without an answer from now on. */
  silent(method: string): void {
    this.on(method, () => undefined);
  }

  /** The latest wire. */
  get wire(): ScriptedWire {
    return this.wires.at(-1)!;
  }

  /** The calls that reached it, over all wires: what it has executed. */
  get executions(): readonly Taken[] {
    return this.wires.flatMap((wire) => wire.requests('tools/call'));
  }

  #take(message: Taken, wire: ScriptedWire): void {
    if (message.method === undefined || message.id === undefined) return;
    const reply = this.#replies.get(message.method);
    const answer = reply
      ? reply(message, wire)
      : { error: { code: -32601, message: `no such method: ${message.method}` } };
    if (answer) wire.respond(message.id, answer);
  }
}
