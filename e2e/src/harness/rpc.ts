import type { RawAnswer, RawSession } from './raw-session.ts';

/** A JSON-RPC message, as far as tests look into it. */
export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: {
    readonly content?: readonly { readonly text?: string }[];
    readonly [key: string]: unknown;
  };
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

export function parse(answer: RawAnswer): Message[] {
  return answer.messages.map((message) => JSON.parse(message) as Message);
}

/** The text of a request. */
export function requestText(id: string | number, method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** Calls a tool; resolves to the response, without the progress before it. */
export async function callTool(
  session: RawSession,
  id: string | number,
  name: string,
  args: object = {},
): Promise<Message> {
  const messages = parse(await session.post(requestText(id, 'tools/call', { name, arguments: args })));
  const response = messages.at(-1);
  if (response?.id !== id) throw new Error(`no response to ${id}, but ${JSON.stringify(messages)}`);
  return response;
}

/** All definitions of a list, by every page of it. */
export async function listAll(
  session: RawSession,
  method: string,
  member: string,
): Promise<{ name: string }[]> {
  const items: { name: string }[] = [];
  let cursor: unknown;
  do {
    const [answer] = parse(
      await session.post(
        requestText(`${method} ${items.length}`, method, cursor === undefined ? {} : { cursor }),
      ),
    );
    items.push(...(answer?.result?.[member] as { name: string }[]));
    cursor = answer?.result?.['nextCursor'];
  } while (cursor !== undefined);
  return items;
}
