import type { Answered, HistoryEvent } from '@switchyard/testing';
import { openSession, type RawAnswer } from './raw-session.ts';
import { parse, requestText, type Message } from './rpc.ts';
import { within } from './within.ts';

/** A call is held for a server, and begun again where nothing was sent; longer than all of that is no answer. */
const LONGEST_CALL_MS = 30_000;

/** A client that writes down what it asks and what it is told, and believes nothing. */
export interface NotedClient {
  /** Calls `echo` of a server with a nonce of its own; resolves when there is an answer, or will be none. */
  call(server: string): Promise<void>;
  /** The same, and gives the call up when it was sent. */
  callAndCancel(server: string): Promise<void>;
}

/**
 * Opens a session whose ids begin at 0, as those of the official SDK do.
 * @param history is written on
 */
export async function openNotedClient(
  url: string,
  name: string,
  history: HistoryEvent[],
): Promise<NotedClient> {
  const session = await openSession(url, name);
  let ids = 0;
  const invoke = async (server: string, sent: (id: number) => Promise<void> = async () => {}) => {
    const id = ids;
    ids += 1;
    const call = { client: name, id };
    const nonce = `${name}-${id}`;
    history.push({ event: 'invoked', ...call, nonce, server });
    const params = { name: `${server}__echo`, arguments: { nonce } };
    const answered = session.post(requestText(id, 'tools/call', params));
    const answer = within(LONGEST_CALL_MS, `answer to ${nonce}`, answered);
    await sent(id);
    note(history, call, await answer.catch(() => undefined));
  };
  return {
    call: (server) => invoke(server),
    callAndCancel: (server) =>
      invoke(server, async (requestId) => {
        history.push({ event: 'cancelled', client: name, id: requestId });
        const params = { requestId, reason: 'enough' };
        await session.post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
      }),
  };
}

/** @param answer undefined: the connection broke or nothing came, which is no answer */
function note(
  history: HistoryEvent[],
  { client, id }: { readonly client: string; readonly id: number },
  answer: RawAnswer | undefined,
): void {
  if (answer === undefined) return;
  // Whatever is in the response is noted by its own id, or an answer to somebody else would look like ours.
  for (const message of parse(answer)) {
    if (message.id === undefined || message.id === null) continue;
    history.push({ event: 'answered', client, id: message.id, answer: answered(message) });
  }
  if (answer.status !== 200 && answer.messages.length === 0) history.push({ event: 'refused', client, id });
}

/** What a response came to. */
export function answered({ result, error }: Message): Answered {
  if (error === undefined) return { kind: 'result', text: String(result?.content?.[0]?.text) };
  const executed = error.data?.['executed'];
  return {
    kind: 'error',
    message: error.message,
    executed: typeof executed === 'string' ? executed : undefined,
  };
}
