import { describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import { answerResponse, errorResponse, notification, request, resultResponse } from './message.ts';
import { onOneLine } from './one-line.ts';
import { scan } from './scan.ts';
import { text, utf8 } from './spec-json.ts';

describe('messages', () => {
  it.each([1, '1', 0, '', -7, 'a"b\n', '\ud800'])('carry the id %j exactly', (id) => {
    for (const message of [request(id, 'm'), resultResponse(id, [utf8('{}')])]) {
      const scanned = scan(Buffer.concat(message.segments));
      expect(scanned.kind === 'frame' && scanned.frame).toMatchObject({ id, kind: message.kind });
      expect(message.id).toBe(id);
    }
  });

  it('are what JSON-RPC asks for', () => {
    expect(text(request(1, 'm').segments)).toBe('{"jsonrpc":"2.0","id":1,"method":"m"}');
    expect(text(request(1, 'm', [utf8('{"a"'), utf8(':1}')]).segments)).toBe(
      '{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}}',
    );
    expect(text(notification('n').segments)).toBe('{"jsonrpc":"2.0","method":"n"}');
    expect(text(notification('n', [utf8('{}')]).segments)).toBe('{"jsonrpc":"2.0","method":"n","params":{}}');
    expect(text(answerResponse(1, { result: payloadOf({ a: 1 }) }).segments)).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"a":1}}',
    );
    expect(text(answerResponse(1, { error: payloadOf({ code: 1 }) }).segments)).toBe(
      '{"jsonrpc":"2.0","id":1,"error":{"code":1}}',
    );
  });

  it('answer with null where no id was to be read', () => {
    const message = errorResponse(null, [utf8('{}')]);
    expect(text(message.segments)).toBe('{"jsonrpc":"2.0","id":null,"error":{}}');
    expect(message.id).toBeUndefined();
  });

  it('never have a line break, whoever wrote the payload', () => {
    expect(text(request(1, 'm', [utf8('{\r\n"a":1\n}')]).segments)).toBe(
      '{"jsonrpc":"2.0","id":1,"method":"m","params":{  "a":1 }}',
    );
  });

  it('share the bytes of a payload', () => {
    const payload = utf8('{"a":1}');
    expect(resultResponse(1, [payload]).segments[1]).toBe(payload);
  });
});

describe('onOneLine', () => {
  it('copies only segments with a line break, and keeps every position', () => {
    const segments = [utf8('{"a":1'), utf8(',\n"b":2}')];
    const lines = onOneLine(segments);
    expect(lines[0]).toBe(segments[0]);
    expect(text(lines)).toBe('{"a":1, "b":2}');
    expect(text(segments[1]!)).toContain('\n');
    expect(onOneLine([segments[0]!])[0]).toBe(segments[0]);
  });
});
