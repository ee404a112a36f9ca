import type { Action } from './script.ts';

/** What will be written as the answer to one message; actions change it on the way. */
export interface Answer {
  /** As JSON text, the id of the message. */
  readonly id: string;
  /** The member that holds what is answered: `"result":{}`. */
  readonly body: string;
  readonly times: number;
  /** How many more messages of the method are waited for. */
  readonly after: number;
  /** The id that is answered instead. */
  readonly otherId?: string;
  /** Latin-1, with `$id` and `$answer`. */
  readonly raw?: string;
  readonly padding?: number;
  readonly newline?: boolean;
}

/** An action on the answer that is not done, but changes what is sent. */
export type AnswerChange = Exclude<Extract<Action, { readonly answer: string }>, { readonly answer: 'now' }>;

/** For messages without an id, and the start: nothing is sent unless an action says what. */
export const NO_ANSWER: Answer = { id: 'null', body: '', times: 0, after: 0 };

export function changed(answer: Answer, change: AnswerChange): Answer {
  switch (change.answer) {
    case 'none':
      return { ...answer, times: 0 };
    case 'repeated':
      return { ...answer, times: change.times };
    case 'late':
      return { ...answer, after: change.after };
    case 'id':
      return { ...answer, otherId: change.id };
    case 'raw':
      return { ...answer, raw: change.text, times: Math.max(answer.times, 1) };
    case 'large':
      return { ...answer, padding: change.bytes, newline: change.newline ?? true };
  }
}

/** The bytes that are sent once for each of its `times`. */
export function bytesOf(answer: Answer): Buffer {
  const id = (answer.otherId ?? '$id').replaceAll('$id', () => answer.id);
  const padding = answer.padding === undefined ? '' : `,"padding":"${'x'.repeat(answer.padding)}"`;
  const line = `{"jsonrpc":"2.0","id":${id},${padded(answer.body, padding)}}`;
  if (answer.raw === undefined) return Buffer.from(answer.newline === false ? line : `${line}\n`);
  const real = Buffer.from(line).toString('latin1');
  const bytes = answer.raw.replaceAll('$id', () => answer.id).replaceAll('$answer', () => real);
  return Buffer.from(bytes, 'latin1');
}

/** Into the result itself, for whoever keeps only what the protocol knows would drop a member beside it. */
function padded(body: string, padding: string): string {
  if (padding === '' || !body.endsWith('}')) return body;
  const inner = body.slice(0, -1);
  return `${inner}${inner.endsWith('{') ? padding.slice(1) : padding}}`;
}
