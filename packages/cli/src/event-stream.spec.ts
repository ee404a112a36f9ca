import { describe, expect, it } from '@jest/globals';
import { eventData } from './event-stream.ts';

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk as string));
  }
  const all: string[] = [];
  for await (const data of eventData(body())) all.push(data);
  return all;
}

describe('an event stream', () => {
  it('has data, comments and other fields', async () => {
    expect(await read(': hello\n\nid: 1\nevent: message\ndata: {"a":1}\n\ndata:x\ndata: y\n\n')).toEqual([
      '{"a":1}',
      'x\ny',
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('may break its lines with %j', async (end) => {
    const text = `data: a${end}data: b${end}${end}data: c${end}${end}: bye${end}`;
    expect(await read(text)).toEqual(['a\nb', 'c']);
  });

  it('may come in pieces of any size', async () => {
    const bytes = Buffer.from('data: é\r\ndata: è\r\n\r\ndata: ü\r\n\r\n: end\n');
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(['é\nè', 'ü']);
  });

  it('drops the event that its end cuts off', async () => {
    expect(await read('data: a\n\ndata: b\n')).toEqual(['a']);
  });
});
