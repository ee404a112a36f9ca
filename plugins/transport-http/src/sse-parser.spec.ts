import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Collected } from './message-buffer.ts';
import { SseParser } from './sse-parser.ts';

interface Read {
  readonly events: readonly string[];
  readonly parser: SseParser;
}

function read(chunks: readonly (string | Uint8Array)[], maxBytes = 10_000): Read {
  const events: string[] = [];
  const parser = new SseParser(maxBytes, (data: Collected) =>
    events.push(
      'bytes' in data
        ? Buffer.from(data.bytes).toString()
        : `over ${data.oversize.length}: ${Buffer.from(data.oversize.head).toString().slice(0, 5)} … ${Buffer.from(data.oversize.tail).toString().slice(-5)}`,
    ),
  );
  for (const chunk of chunks) parser.push(Buffer.from(chunk));
  return { events, parser };
}

describe('an event stream', () => {
  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['carriage returns', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['both', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['all of them', 'data: a\r\n\rdata: b\n\r\ndata: c\r\n\n', ['a', 'b', 'c']],
    ['data over several lines', 'data: a\ndata: b\ndata:\ndata:c\n\n', ['a\nb\n\nc']],
    ['one space at most', 'data:  a \ndata:b\n\n', [' a \nb']],
    ['colons in data', 'data: a: b\n\n', ['a: b']],
    ['a byte order mark', '\ufeffdata: a\n\n', ['a']],
    ['a second one', '\ufeff\ufeffdata: a\n\ndata: b\n\n', ['b']],
    ['comments', ': hello\n\n:\n\ndata: a\n: in between\ndata: b\n\n', ['a\nb']],
    ['comments only', ': a\n: b\n\n:c\n\n', []],
    ['fields that nobody knows', 'dat: x\ndatas: y\nDATA: z\n data: w\ndata: a\nx\n\n', ['a']],
    ['an event that does not end', 'data: a\n\ndata: b\n', ['a']],
    ['a line that does not end', 'data: a\n\ndata: b', ['a']],
    ['events without data', 'id: 1\n\nid: 2\ndata:\n\nid: 3\ndata\n\n', []],
    ['other types', 'event: ping\ndata: a\n\nevent: message\ndata: b\n\nevent\ndata: c\n\n', ['b', 'c']],
    ['blank lines', '\n\n\r\n\r\r\n\ndata: a\n\n\n\n', ['a']],
    ['UTF-8 as it is', 'data: ä€😀\n\n', ['ä€😀']],
    ['nothing', '', []],
  ])('with %s', (_what, text, expected) => {
    expect(read([text]).events).toEqual(expected);
    expect(read([...Buffer.from(text)].map((byte) => Buffer.of(byte))).events).toEqual(expected);
  });

  it('keeps bytes that are no UTF-8', () => {
    const data: Uint8Array[] = [];
    const parser = new SseParser(100, (one) => 'bytes' in one && data.push(one.bytes));
    parser.push(Buffer.from([...Buffer.from('data: '), 0xff, 0x00, 0xc3, 0x0a, 0x0a]));
    expect(data.map((bytes) => [...bytes])).toEqual([[0xff, 0x00, 0xc3]]);
  });

  it('knows the last id of a whole event, and when to come again', () => {
    const idOf = (text: string) => read([text]).parser.lastEventId;
    expect(idOf('id: 1\ndata: a\n\nid: 2\n\ndata: c\n\n')).toBe('2');
    expect(idOf('id: 1\ndata: a\n\nid: 2\ndata: b\n')).toBe('1');
    expect(idOf('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n')).toBe('1');
    expect(idOf('id: 1\ndata: a\n\nid\ndata: b\n\n')).toBe('');
    expect(idOf(`id: 1\n\nid: ${'x'.repeat(5000)}\n\n`)).toBe('1');
    expect(idOf('data: a\n\n')).toBeUndefined();
    expect(read(['retry: 250\n\n']).parser.retryMs).toBe(250);
    expect(read(['retry: 250\nretry: soon\nretry: -1\nretry: 1.5\nretry:\n\n']).parser.retryMs).toBe(250);
  });

  it('skips an event over the limit without holding it, and goes on after it', () => {
    const big = 'abcde'.repeat(5000);
    expect(read([`data: ${big}\n\ndata: next\n\n`], 20_000).events).toEqual([
      'over 25000: abcde … abcde',
      'next',
    ]);
    expect(read([`data: ${'x'.repeat(20)}\n\n`], 20).events).toEqual(['x'.repeat(20)]);
    expect(read([`data: ${'x'.repeat(19)}\ndata:\n\n`], 20).events).toEqual([`${'x'.repeat(19)}\n`]);
    expect(read([`data: ${'x'.repeat(20)}\ndata:\n\n`], 20).events).toEqual(['over 21: xxxxx … xxxx\n']);
  });

  it('gives out data where it stands in a chunk', () => {
    const chunk = Buffer.from('id: 1\ndata: {"a":1}\n\n');
    const data: Collected[] = [];
    new SseParser(100, (one) => data.push(one)).push(chunk);
    expect(data.map((one) => 'bytes' in one && one.bytes.buffer === chunk.buffer)).toEqual([true]);
  });

  it('says the same however its bytes are split', () => {
    const piece = fc.constantFrom(
      'data',
      'id',
      'retry',
      'event',
      ':',
      ' ',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'a',
      '7',
      '\ufeff',
      'ä',
    );
    const property = fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.array(fc.nat(200), { maxLength: 20 }),
      fc.constantFrom(3, 1000),
      (pieces, cuts, limit) => {
        const bytes = Buffer.from(pieces.join(''));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        const whole = read([bytes], limit);
        const split = read(chunks, limit);
        expect(split.events).toEqual(whole.events);
        expect(split.parser.lastEventId).toBe(whole.parser.lastEventId);
        expect(split.parser.retryMs).toBe(whole.parser.retryMs);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  it('gives back whatever lines were written into it', () => {
    const property = fc.property(
      fc.array(
        fc.string().map((text) => text.replace(/[\r\n]/g, '')),
        { minLength: 1, maxLength: 8 },
      ),
      fc.constantFrom('\n', '\r', '\r\n'),
      (lines, end) => {
        const text = lines.map((line) => `data: ${line}${end}`).join('') + end;
        const expected = lines.join('\n');
        expect(read([text]).events).toEqual(expected === '' ? [] : [expected]);
      },
    );
    fc.assert(property);
  });
});
