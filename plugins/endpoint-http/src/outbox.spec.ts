import { describe, expect, it } from '@jest/globals';
import type { Topic } from '@switchyard/client-session';
import { Outbox } from './outbox.ts';

const limits = { maxMessages: 4, maxBytes: 100 };
const log: Topic = { kind: 'log' };
const ask: Topic = { kind: 'ask' };
const updated = (uri: string): Topic => ({ kind: 'updated', key: `updated ${uri}` });

/** What is in it after all that was held, and how many had to go. */
function after(...held: (readonly [text: string, topic?: Topic])[]) {
  const outbox = new Outbox();
  const shed = held.map(([text, topic]) => outbox.hold([Buffer.from(text)], topic, limits));
  const { bytes } = outbox;
  const texts = outbox.take().map(({ message }) => Buffer.concat(message).toString());
  return { texts, bytes, shed: shed.reduce((sum, n) => sum + n, 0), left: outbox.size + outbox.bytes };
}

describe('an outbox', () => {
  it('keeps the order, and a newer message in the place of an older one with its key', () => {
    expect(after(['1', updated('a')], ['log', log], ['two', updated('b')], ['three', updated('a')])).toEqual({
      texts: ['three', 'log', 'two'],
      bytes: 11,
      shed: 0,
      left: 0,
    });
  });

  it('sheds log lines first, then what a newer message would replace, then the oldest', () => {
    const some = [
      ['q', ask],
      ['u', updated('a')],
      ['l', log],
      ['m', log],
    ] as const;
    expect(after(...some, ['x', ask]).texts).toEqual(['q', 'u', 'm', 'x']);
    expect(after(...some, ['x', ask], ['y', ask]).texts).toEqual(['q', 'u', 'x', 'y']);
    expect(after(...some, ['x', ask], ['y', ask], ['answer']).texts).toEqual(['q', 'x', 'y', 'answer']);
    expect(after(...some, ['x', ask], ['y', ask], ['answer'], ['z', ask])).toMatchObject({
      texts: ['x', 'y', 'answer', 'z'],
      shed: 4,
    });
  });

  it('holds so many bytes, or one message that has more', () => {
    expect(after(['a', ask], ['b'.repeat(60), ask], ['c'.repeat(60), ask])).toMatchObject({
      texts: ['c'.repeat(60)],
      bytes: 60,
      shed: 2,
    });
    expect(after(['a', ask], ['b'.repeat(1_000)])).toMatchObject({ texts: ['b'.repeat(1_000)], shed: 1 });
  });
});
