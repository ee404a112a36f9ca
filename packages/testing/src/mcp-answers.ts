import { NO_ANSWER, type Answer } from './answer.ts';

/** A JSON-RPC message, as far as a scripted server looks into it. */
export interface Message {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: { readonly nonce?: string; readonly text?: string; readonly after?: number };
  };
}

const NONCE = { nonce: { type: 'string' } };
const TOOLS = [
  {
    name: 'echo',
    description: 'Answers with the nonce, and with the text where there is one.',
    inputSchema: {
      type: 'object',
      properties: { ...NONCE, text: { type: 'string' } },
      required: ['nonce'],
    },
  },
  {
    name: 'slow',
    description: 'Answers with the nonce when tools were called so many more times.',
    inputSchema: {
      type: 'object',
      properties: { ...NONCE, after: { type: 'integer' } },
      required: ['nonce', 'after'],
    },
  },
];

/** The nonce of a call that is to be executed. */
export function nonceOf({ method, params }: Message): string | undefined {
  const isKnown = TOOLS.some(({ name }) => name === params?.name);
  return method === 'tools/call' && isKnown ? params?.arguments?.nonce : undefined;
}

/** What a server that has no faults answers (2025-11-25: lifecycle, ping, tools). */
export function answerTo(message: Message): Answer {
  if (message.id === undefined) return NO_ANSWER;
  const answer = { id: JSON.stringify(message.id), times: 1, after: 0 };
  const result = (value: object): Answer => ({ ...answer, body: `"result":${JSON.stringify(value)}` });
  const error = (code: number, text: string): Answer => ({
    ...answer,
    body: `"error":${JSON.stringify({ code, message: text })}`,
  });
  switch (message.method) {
    case 'initialize':
      return result({
        protocolVersion: '2025-11-25',
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: 'scripted', version: '1.0.0' },
      });
    case 'ping':
      return result({});
    case 'tools/list':
      return result({ tools: TOOLS });
    case 'tools/call': {
      const nonce = nonceOf(message);
      if (nonce === undefined) return error(-32602, 'no such tool, or no nonce');
      const { text, after } = message.params?.arguments ?? {};
      const content = [nonce, ...(text === undefined ? [] : [text])].map((each) => ({
        type: 'text',
        text: each,
      }));
      return { ...result({ content }), after: after ?? 0 };
    }
    default:
      return error(-32601, `no method ${message.method}`);
  }
}
