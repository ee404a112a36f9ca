import { describe, expect, it } from '@jest/globals';
import { bytesOf, changed, NO_ANSWER, type Answer } from './answer.ts';

const ANSWER: Answer = { id: '"$&"', body: '"result":{"a":"é$id"}', times: 1, after: 0 };
const LINE = '{"jsonrpc":"2.0","id":"$&","result":{"a":"é$id"}}\n';

describe('the bytes of an answer', () => {
  it('are a line, whatever stands in its id and its result', () => {
    expect(bytesOf(ANSWER).toString()).toBe(LINE);
  });

  it('hold padding inside the result, empty or not', () => {
    const large = changed(ANSWER, { answer: 'large', bytes: 3 });
    expect(bytesOf(large).toString()).toBe(LINE.replace('d"}}', 'd","padding":"xxx"}}'));
    const empty = bytesOf({ ...large, body: '"result":{}' }).toString();
    expect(JSON.parse(empty)).toEqual({ jsonrpc: '2.0', id: '$&', result: { padding: 'xxx' } });
  });

  it('are other bytes, with the real ones in them, and not as text', () => {
    const raw = changed(ANSWER, { answer: 'raw', text: '\xff$answer|$id\n' });
    const bytes = bytesOf(raw);
    expect(bytes[0]).toBe(0xff);
    expect(bytes.subarray(1).toString()).toBe(`${LINE.trim()}|"$&"\n`);
  });

  it('are sent where there was no answer only if an action says what', () => {
    expect(NO_ANSWER.times).toBe(0);
    expect(changed(NO_ANSWER, { answer: 'raw', text: 'x' }).times).toBe(1);
    expect(changed(NO_ANSWER, { answer: 'id', id: '1' }).times).toBe(0);
  });
});
