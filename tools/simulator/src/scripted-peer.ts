import type { Clock, Received, RpcId, WireMessage } from '@switchyard/plugin-api';
import type { AnswerPlan, CallPlan, Marked } from './call-plan.ts';
import { toolName, type Delivery, type Instance, type Manners, type World } from './world.ts';

/** What the server's side of a wire works with. */
export interface Answering extends Pick<World, never> {
  readonly server: string;
  readonly instance: Instance;
  readonly isRemote: boolean;
  readonly world: World;
  readonly clock: Clock;
  readonly manners: () => Manners;
  readonly later: (ms: number, run: () => void) => void;
  readonly note: (what: string, about?: string) => void;
  readonly hear: (received: Received) => void;
  readonly say: (text: string, relatesTo?: RpcId) => void;
  readonly crash: (exitCode: number) => void;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Marked & { readonly plan: CallPlan };
    readonly _meta?: { readonly progressToken?: RpcId };
    readonly requestId?: number;
    readonly uri?: string;
  };
}

/** Answers that come in the place of an execution. */
const NOT_EXECUTED: ReadonlySet<AnswerPlan> = new Set(['exit_before', 'refused', 'status_429', 'untaken']);

/** A server that asks later than this may ask a client that was told long ago that its call is over. */
const LATEST_QUESTION_MS = 250_000;

/** A small MCP server in plain code (2025-11-25): what it is handed, it does as the call says. */
export function answerOf(peer: Answering) {
  const { world, clock, manners, later, note, say, hear } = peer;
  const cancelled = new Set<number>();
  const open = new Set<number>();
  const asked = new Map<string, () => void>();
  let asks = 0;
  let lastAnswer: { readonly id: number; readonly text: string } | undefined;

  const result = (id: number, value: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: value });
    open.delete(id);
    lastAnswer = { id, text };
    say(text, id);
  };
  const error = (id: number, code: number, message: string): void => {
    open.delete(id);
    say(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }), id);
  };

  const listTools = (id: number): void => {
    const { tools, edition, listsFail } = manners();
    if (listsFail) return error(id, -32603, 'no lists today');
    peer.instance.listed = { tools, edition };
    const all = Array.from({ length: tools }, (_, index) => ({
      name: toolName(index),
      description: `${peer.server} v${peer.instance.version} e${edition}`,
      inputSchema: { type: 'object' },
    }));
    // Two pages where there are many, so that cursors are followed.
    result(id, { tools: all });
  };

  const execute = ({ nonce }: Marked): void => {
    const known = world.executions.get(nonce);
    const execution = { server: peer.server, pid: peer.instance.id, run: peer.instance.id };
    if (known) known.push(execution);
    else world.executions.set(nonce, [execution]);
    note('executed', nonce);
  };

  const answer = (id: number, mark: Marked, kind: AnswerPlan, delivery: Delivery): void => {
    delivery.isOver = kind !== 'none' && kind !== 'exit_after';
    note(`answer ${kind}`, mark.nonce);
    const text = JSON.stringify({ nonce: mark.nonce, client: mark.client });
    const value = { content: [{ type: 'text', text }] };
    switch (kind) {
      case 'tool_error':
        return result(id, { ...value, isError: true });
      case 'rpc_error':
        return error(id, -32000, mark.nonce);
      case 'none':
        return undefined;
      case 'damaged':
        open.delete(id);
        return say(`{"jsonrpc":"2.0","id":${id},"result":{"content":[}`, id);
      case 'oversize': {
        open.delete(id);
        const head = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{"content":"xxxx`);
        return hear({ oversize: { head, tail: Buffer.from('xxxx"}}'), length: 20_000_000 } });
      }
      case 'twice':
        result(id, value);
        return say(lastAnswer!.text, id);
      case 'exit_after':
        return peer.crash(7);
      case 'lost':
        open.delete(id);
        return hear({ failed: { relatesTo: id, sent: 'sent', cause: 'the stream ended' } });
      case 'status_503':
        open.delete(id);
        return hear({ failed: { relatesTo: id, sent: 'sent', status: 503, retryAfterMs: 20 } });
      default:
        return result(id, value);
    }
  };

  const call = (id: number, { params }: Request): void => {
    const mark = params!.arguments!;
    const { plan, nonce } = mark;
    const handed = world.deliveries.get(nonce)!;
    const delivery = handed.at(-1)!;
    const kind = handed.length > 1 ? plan.then : plan.answer;
    const startedAt = clock.now();
    const isStopped = (): boolean => plan.heeds && cancelled.has(id);
    open.add(id);
    later(plan.before + manners().latencyMs, () => {
      if (isStopped()) return;
      if (NOT_EXECUTED.has(kind)) note(`answer ${kind}`, nonce);
      if (kind === 'exit_before') return peer.crash(3);
      if (kind === 'refused') {
        delivery.counts = false;
        delivery.isOver = true;
        return error(id, -32601, 'no such method');
      }
      if (kind === 'status_429') {
        delivery.counts = false;
        open.delete(id);
        return hear({ failed: { relatesTo: id, sent: 'sent', status: 429, retryAfterMs: 30 } });
      }
      if (kind === 'untaken') {
        delivery.counts = false;
        open.delete(id);
        return hear({ failed: { relatesTo: id, sent: 'unsent' } });
      }
      execute(mark);
      // A status is the whole answer: nothing comes on a stream before it.
      if (kind === 'status_503') return later(plan.after, () => answer(id, mark, kind, delivery));
      const token = params!._meta?.progressToken;
      const total = plan.progress;
      const gap = plan.after / (total + 1);
      const goOn = (done: number): void => {
        later(gap, () => {
          if (isStopped()) return;
          if (done < total) {
            if (token !== undefined) {
              const message = JSON.stringify({ nonce, client: mark.client });
              const about = { progressToken: token, progress: done + 1, total, message };
              say(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: about }), id);
            }
            return goOn(done + 1);
          }
          const mayAsk = plan.asks && clock.now() - startedAt < LATEST_QUESTION_MS;
          if (!mayAsk) return answer(id, mark, kind, delivery);
          const askId = `ask-${peer.instance.id}-${++asks}`;
          asked.set(askId, () => answer(id, mark, kind, delivery));
          note('server asks', nonce);
          const about = { message: JSON.stringify({ nonce, client: mark.client }), requestedSchema: {} };
          return say(
            JSON.stringify({ jsonrpc: '2.0', id: askId, method: 'elicitation/create', params: about }),
            id,
          );
        });
      };
      return goOn(0);
    });
  };

  const request = (message: Request): void => {
    const { id, method } = message;
    switch (method) {
      case 'initialize':
        return later(manners().latencyMs, () => {
          if (manners().start === 'exits') return peer.crash(1);
          if (manners().start === 'refuses') return error(id, -32603, 'not today');
          return result(id, {
            protocolVersion: '2025-11-25',
            capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
            serverInfo: { name: peer.server, version: String(peer.instance.version) },
          });
        });
      case 'tools/list':
        if (manners().start === 'never_lists' && !peer.instance.listed) return undefined;
        return later(manners().latencyMs, () => listTools(id));
      case 'resources/list':
        return later(manners().latencyMs, () =>
          result(id, { resources: [{ uri: `sim://${peer.server}/r`, name: 'r' }] }),
        );
      case 'resources/templates/list':
        return later(manners().latencyMs, () => error(id, -32601, 'no templates'));
      case 'tools/call':
        return call(id, message);
      default:
        return later(manners().latencyMs, () => result(id, {}));
    }
  };

  return {
    /** A message was handed over. False: the server took no byte of it. */
    handed(text: string, { kind }: WireMessage): boolean {
      const message = JSON.parse(text) as Request;
      if (kind === 'request') {
        const nonce = message.params?.arguments?.nonce;
        if (nonce !== undefined) {
          const handed = world.deliveries.get(nonce) ?? [];
          handed.push({
            nonce,
            tool: message.params?.name ?? '',
            instance: peer.instance,
            at: clock.now(),
            counts: true,
            isOver: false,
          });
          world.deliveries.set(nonce, handed);
          note('handed over', `${nonce} to ${peer.server} #${peer.instance.id}`);
        }
        request(message);
      } else if (kind === 'response') {
        const goOn = asked.get(String(message.id));
        asked.delete(String(message.id));
        if (goOn) later(manners().latencyMs, goOn);
      } else if (message.method === 'notifications/cancelled') {
        const { requestId } = message.params ?? {};
        if (requestId !== undefined) later(manners().latencyMs, () => void cancelled.add(requestId));
      }
      return true;
    },
    get lastAnswer() {
      return lastAnswer;
    },
    get openRequests() {
      return [...open];
    },
  };
}
