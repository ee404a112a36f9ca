import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOfDamaged } from './id-of-damaged.ts';

const WINDOW = 4096;

/** What a wire hands up of a message that is too large. */
const idOf = (text: string) => {
  const bytes = Buffer.from(text, 'latin1');
  return idOfDamaged(bytes.subarray(0, WINDOW), bytes.subarray(-WINDOW));
};
const filler = `"${'x'.repeat(10_000)}"`;

describe('the id of a message that cannot be read', () => {
  it.each([
    ['at the head, after the version', `{"jsonrpc":"2.0","id":12,"result":${filler}}`, 12],
    ['at the head, before the version', `{"id":12,"jsonrpc":"2.0","result":${filler}}`, 12],
    ['at the head, with spaces', ` { "jsonrpc" : "2.0" , "id" : 12 , "result" : ${filler} }`, 12],
    ['at the tail', `{"jsonrpc":"2.0","result":${filler},"id":12}`, 12],
    ['at the tail, before the version', `{"result":${filler},"id":12,"jsonrpc":"2.0"}\n`, 12],
    ['at the tail, with spaces', `{"result":${filler} , "id" : 12 , "jsonrpc" : "2.0" } `, 12],
    ['zero', `{"jsonrpc":"2.0","id":0,"result":${filler}}`, 0],
    ['at the head of what breaks off', `{"jsonrpc":"2.0","id":12,"result":{"a":[{"b":1,"id":5}`, 12],
    ['beside bytes that are not UTF-8', `{"jsonrpc":"2.0","id":12,"result":"\u00ff"}`, 12],
  ])('is found %s', (_where, text, id) => {
    expect(idOf(text)).toBe(id);
  });

  it.each([
    ['inside the result at the head', `{"jsonrpc":"2.0","result":{"id":12,"x":${filler}}}`],
    ['inside the result at the tail', `{"jsonrpc":"2.0","result":{"x":${filler},"id":12}}`],
    ['in the middle', `{"jsonrpc":"2.0","result":${filler},"id":12,"x":${filler}}`],
    ['as a string', `{"jsonrpc":"2.0","id":"12","result":${filler}}`],
    ['as a fraction', `{"jsonrpc":"2.0","id":12.5,"result":${filler}}`],
    ['with a leading zero', `{"jsonrpc":"2.0","id":012,"result":${filler}}`],
    ['with an exponent', `{"jsonrpc":"2.0","id":1e3,"result":${filler}}`],
    ['below zero', `{"jsonrpc":"2.0","id":-12,"result":${filler}}`],
    ['larger than is exact', `{"jsonrpc":"2.0","id":99999999999999999,"result":${filler}}`],
    ['null', `{"jsonrpc":"2.0","id":null,"result":${filler}}`],
    ['in a string', `{"text":"\\"id\\":12}`],
    ['of a request, at its head', `{"jsonrpc":"2.0","id":12,"method":"x","params":${filler}}`],
    ['of a request, at its tail', `{"jsonrpc":"2.0","method":"x","params":${filler},"id":12}`],
    ['of a request that begins with its id', `{"id":12,"jsonrpc":"2.0","method":"x","params":${filler}}`],
    ['in a log line', `{"level":30,"msg":${filler},"id":12}`],
    ['at the end of text that quotes an answer', `DEBUG {"result":${filler},"id":12}`],
    ['at the head of what says nothing else', '{"id":12,"msg":"x'],
    ['twice before the answer', `{"id":12,"id":13,"result":${filler}}`],
    ['nowhere', filler],
    ['in nothing', ''],
  ])('is not one that stands %s', (_where, text) => {
    expect(idOf(text)).toBeUndefined();
  });

  it('of a response is that which JSON reads, or none', () => {
    const member = fc.oneof(fc.constant('"jsonrpc":"2.0"'), fc.constant('"result":{"id":7}'));
    const members = fc.tuple(
      fc.array(member, { maxLength: 3 }),
      fc.nat(),
      fc.array(member, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(members, ([before, id, after]) => {
        const found = idOf(`{${[...before, `"id":${id}`, ...after].join(',')}}`);
        expect([id, undefined]).toContain(found);
      }),
    );
  });

  it('is looked for in a time that does not depend on what the server sends', () => {
    const spaces = ' '.repeat(1_000_000);
    const begun = performance.now();
    for (const text of [`{${spaces}"id"`, `,${spaces}"id":1`, `{"jsonrpc":"2.0",${spaces}`]) idOf(text);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
