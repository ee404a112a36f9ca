import { expect } from '@jest/globals';
import type { Gateway } from './gateway.ts';
import { afterThisTest } from './undo.ts';
import { within } from './within.ts';

/** How long an event that was caused may take. */
const EVENT_MS = 20_000;

/** One answer of `/graphql`. What is in it a story says by what it expects. */
export interface Answer {
  readonly data: Readonly<Record<string, never>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** Asks the admin API as anybody with the token would. */
export async function ask(gateway: Gateway, query: string, variables: object = {}): Promise<Answer> {
  const response = await post(gateway, { query, variables }, 'application/json');
  return (await response.json()) as Answer;
}

/** The data of an answer without errors. */
export async function dataOf<Data>(gateway: Gateway, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await ask(gateway, query, variables);
  expect(errors).toBeUndefined();
  return data as Data;
}

/** Subscribes (GraphQL over server-sent events, distinct connections); ends with the test. */
export async function follow<Event>(
  gateway: Gateway,
  query: string,
  variables: object = {},
): Promise<{ next(): Promise<Event> }> {
  const gone = new AbortController();
  const response = await post(gateway, { query, variables }, 'text/event-stream', gone.signal);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  afterThisTest(async () => gone.abort());
  const events = eventsOf<Event>(response.body!);
  return {
    async next() {
      const { value, done } = await within(EVENT_MS, `event of ${query}`, events.next());
      if (done) throw new Error(`the subscription ended: ${query}`);
      return value;
    },
  };
}

async function* eventsOf<Event>(body: AsyncIterable<Uint8Array>): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines.filter((each) => each.startsWith('data: {'))) {
      const { data, errors } = JSON.parse(line.slice('data: '.length)) as Answer;
      expect(errors).toBeUndefined();
      yield Object.values(data!)[0] as Event;
    }
  }
}

function post({ admin }: Gateway, body: object, accept: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${admin.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${admin.token}`,
      'content-type': 'application/json',
      accept,
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}
