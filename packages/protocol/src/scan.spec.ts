import { describe, expect, it } from '@jest/globals';
import type { Frame, FrameLimits, Refusal } from './frame.ts';
import { MAX_BATCH_ITEMS, scan } from './scan.ts';
import { text, utf8, value } from './spec-json.ts';

function frameOf(message: string | Uint8Array, limits?: FrameLimits): Frame {
  const scanned = scan(typeof message === 'string' ? utf8(message) : message, limits);
  if (scanned.kind !== 'frame') throw new Error(JSON.stringify(scanned));
  return scanned.frame;
}

function refusalOf(message: string | Uint8Array, limits?: FrameLimits): Refusal {
  const scanned = scan(typeof message === 'string' ? utf8(message) : message, limits);
  if (scanned.kind !== 'refused') throw new Error(scanned.kind);
  return scanned.refusal;
}

function noted(frame: Frame, path: string): string | undefined {
  const payload = frame.params ?? frame.result ?? frame.error;
  const member = payload?.spans?.[path];
  return member && text(payload!.bytes.subarray(member.start, member.end));
}

const request = (id: string, more = '') => `{"jsonrpc":"2.0","id":${id},"method":"ping"${more}}`;

describe('scan', () => {
  it('finds the envelope and the noted members without touching a payload', () => {
    const message = utf8(
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"name":"no"},"_meta":{"progressToken":"p"}}}',
    );
    const frame = frameOf(message);
    expect(frame).toMatchObject({ kind: 'request', id: 7, method: 'tools/call' });
    expect(noted(frame, 'name')).toBe('"echo"');
    expect(noted(frame, 'arguments')).toBe('{"name":"no"}');
    expect(noted(frame, '_meta.progressToken')).toBe('"p"');
    expect(frame.params?.bytes.buffer).toBe(message.buffer);
  });

  it('tells requests, notifications and both kinds of response apart', () => {
    expect(frameOf(request('1')).kind).toBe('request');
    expect(frameOf('{"jsonrpc":"2.0","method":"n"}')).toMatchObject({ kind: 'notification', method: 'n' });
    const result = frameOf('{"result":{"isError":true,"nextCursor":""},"jsonrpc":"2.0","id":"a"}');
    expect(result).toMatchObject({ kind: 'response', id: 'a' });
    expect([noted(result, 'isError'), noted(result, 'nextCursor')]).toEqual(['true', '""']);
    const error = frameOf('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"m","data":[1]}}');
    expect([error.kind, noted(error, 'code'), noted(error, 'data')]).toEqual(['response', '-32601', '[1]']);
  });

  it('leaves params out of a response that has some', () => {
    expect(frameOf('{"jsonrpc":"2.0","id":1,"result":{},"params":{}}').params).toBeUndefined();
  });
});

describe('ids', () => {
  it.each([
    ['0', 0],
    ['""', ''],
    ['1', 1],
    ['"1"', '1'],
    ['-5', -5],
    ['"\\u0061"', 'a'],
    ['"\\ud800"', '\ud800'],
  ])('takes %s exactly', (written, id) => {
    expect(frameOf(request(written)).id).toBe(id);
  });

  it.each(['null', '1.5', '{}', '[1]', 'true', '9007199254740992', '1e400', `"${'x'.repeat(1_024)}"`])(
    'refuses %s',
    (written) => {
      expect(refusalOf(request(written))).toMatchObject({ error: 'INVALID_REQUEST', of: 'request' });
      expect(refusalOf(request(written)).id).toBeUndefined();
    },
  );
});

describe('envelopes that are refused, with the id where there is one', () => {
  it.each([
    ['{"id":1,"method":"m"}', 'jsonrpc', 'request'],
    ['{"jsonrpc":2.0,"id":1,"method":"m"}', 'jsonrpc', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":5}', 'method', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":[]}', 'params', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":null}', 'params', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"m","result":{}}', 'no result', 'request'],
    ['{"jsonrpc":"2.0","id":1}', 'no method', 'response'],
    ['{"level":30,"id":1}', 'no method', undefined],
    ['{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}', 'both', 'response'],
    ['{"jsonrpc":"2.0","id":1,"result":null}', 'result', 'response'],
    ['{"jsonrpc":"2.0","id":1,"error":"x"}', 'error', 'response'],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"m"}}', 'code', 'response'],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', 'message', 'response'],
  ])('%s', (message, reason, of) => {
    const refusal = refusalOf(message);
    expect(refusal).toMatchObject({ error: 'INVALID_REQUEST', id: 1 });
    expect(refusal.of).toBe(of);
    expect(refusal.reason).toContain(reason);
  });

  it.each([
    '{"jsonrpc":"2.0","result":{}}',
    '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}',
    '{}',
    '5',
    '""',
  ])('%s has no id to answer', (message) => {
    expect(refusalOf(message)).toMatchObject({ error: 'INVALID_REQUEST' });
    expect(refusalOf(message).id).toBeUndefined();
  });
});

describe('keys that two parsers would read differently', () => {
  it.each([
    ['escaped, in the envelope', '{"jsonrpc":"2.0","\\u0069d":1,"method":"m"}', '1'],
    ['repeated, in the envelope', '{"jsonrpc":"2.0","id":2,"method":"a","id":1,"method":"m"}', '1'],
  ])('%s: the last one wins', (_, message, id) => {
    const frame = frameOf(message);
    expect(frame).toMatchObject({ kind: 'request', id: Number(id), method: 'm' });
    expect(text(frame.bytes).match(/"id"/g)).toHaveLength(1);
    expect(value(frame.bytes)).toEqual(JSON.parse(message));
  });

  it.each([
    ['params', '"method":"m","params":{"name":"a","n\\u0061me":"b"}', 'name', '"b"'],
    ['params twice', '"method":"m","params":{"name":"a"},"params":{"name":"b"}', 'name', '"b"'],
    ['result', '"result":{"isError":true,"isError":false}', 'isError', 'false'],
    [
      '_meta of params',
      '"method":"m","params":{"_meta":{"progressToken":1,"progressToke\\u006e":2}}',
      '_meta.progressToken',
      '2',
    ],
    [
      '_meta of a result, twice',
      '"result":{"_meta":{"progressToken":1},"_meta":{"progressToken":2}}',
      '_meta.progressToken',
      '2',
    ],
    ['ref', '"method":"m","params":{"ref":{"name":"a","name":"b"}}', 'ref.name', '"b"'],
    ['error', '"error":{"code":1,"code":2,"message":""}', 'code', '2'],
  ])('in %s', (_, members, path, expected) => {
    const message = `{"jsonrpc":"2.0","id":1,${members}}`;
    const frame = frameOf(message);
    expect(noted(frame, path)).toBe(expected);
    expect(value(frame.bytes)).toEqual(JSON.parse(message));
    expect(text(frame.bytes)).not.toContain('\\u');
  });

  it('loses nothing when such a message is written again', () => {
    const frame = frameOf(
      '{"jsonrpc":"2.0","id":1,"method":"m","id":1,"params":{"x":1e400,"y":12345678901234567890}}',
    );
    expect(text(frame.params!.bytes)).toBe('{"x":1e400,"y":12345678901234567890}');
  });

  it('leaves keys that nobody reads as they are', () => {
    const message = '{"jsonrpc":"2.0","id":1,"method":"m","x":1,"x":2,"params":{"\\u0078":1,"x":2}}';
    expect(text(frameOf(message).bytes)).toBe(message);
  });

  it('is not harmed by __proto__ and constructor', () => {
    const message =
      '{"__proto__":{"id":9},"constructor":1,"jsonrpc":"2.0","method":"m","params":{"__proto__":{"name":"x"}}}';
    const frame = frameOf(message);
    expect(frame.id).toBeUndefined();
    expect(noted(frame, 'name')).toBeUndefined();
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
    expect(text(frame.bytes)).toBe(message);
  });
});

describe('bytes around and inside', () => {
  it('takes a byte order mark and white space for no part of the frame', () => {
    const frame = frameOf(`\ufeff \r\n${request('1')}\n`);
    expect(text(frame.bytes)).toBe(request('1'));
  });

  it.each(['\n', '\r'])('takes the raw line break %j between tokens', (character) => {
    expect(frameOf(request('1').replace(',', `,${character}`)).id).toBe(1);
  });

  it.each(['\n', '\t', '\0', '\u001f'])('refuses a raw control character in a string', (character) => {
    expect(refusalOf(request(`"a${character}"`))).toMatchObject({ error: 'PARSE_ERROR' });
  });

  it('refuses bytes that are not UTF-8, and still says whose they were', () => {
    const message = Buffer.from('{"jsonrpc":"2.0","id":7,"result":{"text":"#"}}');
    message[message.indexOf('#')] = 0xff;
    expect(refusalOf(message)).toMatchObject({ error: 'PARSE_ERROR', id: 7, of: 'response' });
  });

  it('does not take an id with a bad byte for an id', () => {
    const message = Buffer.from(request('"#"'));
    message[message.indexOf('#')] = 0xff;
    expect(refusalOf(message).id).toBeUndefined();
  });

  it('forwards escapes of lone surrogates as they came', () => {
    expect(text(frameOf(request('1', ',"params":{"name":"\\udead"}')).params!.bytes)).toBe(
      '{"name":"\\udead"}',
    );
  });

  it('forwards numbers that no double holds', () => {
    expect(text(frameOf(request('1', ',"params":{"x":1e400}')).params!.bytes)).toBe('{"x":1e400}');
  });

  it.each([`${request('1')} x`, `${request('1')}${request('2')}`, `${request('1')},`])(
    'refuses what follows',
    (message) => {
      expect(refusalOf(message)).toMatchObject({ error: 'PARSE_ERROR', id: 1 });
    },
  );

  it.each([
    '',
    ' ',
    '{',
    '{"a"',
    '{"a":',
    'nul',
    '"abc',
    '"\\x"',
    '"\\u12g4"',
    '{"a":01}',
    '{"a":1.}',
    '{"a":-}',
    '[1 2]',
    '{a:1}',
    '[1,]',
    '{"a":1,}',
  ])('refuses %j, as JSON.parse does', (message) => {
    expect(() => JSON.parse(message) as unknown).toThrow(SyntaxError);
    expect(refusalOf(message).error).toBe('PARSE_ERROR');
  });

  it('says whose message broke off, by what was read of it', () => {
    expect(refusalOf('{"jsonrpc":"2.0","id":5,"result":{"a":[')).toMatchObject({ id: 5, of: 'response' });
    expect(refusalOf('{"jsonrpc":"2.0","id":5,"method":"m","params":{')).toMatchObject({
      id: 5,
      of: 'request',
    });
    expect(refusalOf('{"jsonrpc":"2.0","id":5').id).toBeUndefined();
    expect(refusalOf('{"id":5,"id":6,"result":{').id).toBeUndefined();
  });
});

describe('limits', () => {
  it('refuses more bytes than the limit', () => {
    const message = request('1');
    expect(frameOf(message, { maxBytes: message.length, maxDepth: 9 }).id).toBe(1);
    expect(refusalOf(message, { maxBytes: message.length - 1, maxDepth: 9 })).toMatchObject({
      error: 'INVALID_REQUEST',
    });
  });

  it('counts the message as the first level', () => {
    const nested = (levels: number) =>
      request('1', `,"params":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    const limits = { maxBytes: 1_000, maxDepth: 4 };
    expect(frameOf(nested(2), limits).id).toBe(1);
    expect(refusalOf(nested(3), limits)).toMatchObject({ error: 'INVALID_REQUEST', id: 1, of: 'request' });
  });

  it.each(['[', '{"a":', '{"params":', '{"params":{"_meta":'])(
    'refuses a depth of 100,000 of %j',
    (opening) => {
      expect(refusalOf(opening.repeat(100_000), { maxBytes: 1e9, maxDepth: Infinity })).toMatchObject({
        reason: expect.stringContaining('deep'),
      });
    },
  );

  it('takes a million keys', () => {
    const keys = Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`).join();
    expect(frameOf(request('1', `,"params":{${keys},"name":"x"}`), { maxBytes: 1e9, maxDepth: 9 }).id).toBe(
      1,
    );
  });
});

describe('batches', () => {
  it('gives the bytes of each item, whatever it is', () => {
    const scanned = scan(utf8(` [${request('1')}, 5 ,[]]\n`));
    expect(scanned.kind === 'batch' && scanned.items.map(text)).toEqual([request('1'), '5', '[]']);
  });

  it('refuses an empty one, one that is too long, and one that is not JSON', () => {
    expect(refusalOf('[ ]')).toMatchObject({ error: 'INVALID_REQUEST' });
    expect(
      refusalOf(
        `[${Array(MAX_BATCH_ITEMS + 1)
          .fill('1')
          .join()}]`,
      ),
    ).toMatchObject({ error: 'INVALID_REQUEST' });
    expect(scan(utf8(`[${Array(MAX_BATCH_ITEMS).fill('1').join()}]`)).kind).toBe('batch');
    expect(refusalOf('[1')).toMatchObject({ error: 'PARSE_ERROR' });
  });
});

describe('long strings', () => {
  const plain = 'é€ naïve 🙂 text, '.repeat(40);

  /** The same bytes at each alignment that a buffer may have. */
  const aligned = (bytes: Uint8Array, offset: number) => {
    const room = new Uint8Array(bytes.length + offset + 7);
    room.set(bytes, offset);
    return room.subarray(offset, offset + bytes.length);
  };

  it.each([0, 1, 2, 3])('end where they end, whatever stands in them, %d bytes off', (offset) => {
    for (let pad = 0; pad < 12; pad += 1) {
      const inner = `${'x'.repeat(pad)}${plain}\\"\\\\\\n${plain}${'\\u0041'.repeat(pad)}`;
      const text = `{"jsonrpc":"2.0","id":1,"result":{"x":"${inner}","isError":false}}`;
      const scanned = scan(aligned(utf8(text), offset));
      expect(scanned).toMatchObject({ kind: 'frame', frame: { kind: 'response', id: 1 } });
      expect(
        scanned.kind === 'frame' && text.length > 0 && scanned.frame.result!.spans!['isError'],
      ).toBeDefined();
    }
  });

  it.each([0, 1, 2, 3])('hold no control character at any place, %d bytes off', (offset) => {
    for (let at = 250; at < 300; at += 1) {
      for (const control of ['\u0000', '\n', '\u001f']) {
        const inner = `${'x'.repeat(at)}${control}${'y'.repeat(50)}`;
        const scanned = scan(aligned(utf8(`{"jsonrpc":"2.0","id":1,"result":{"x":"${inner}"}}`), offset));
        expect(scanned.kind).toBe('refused');
      }
    }
    expect(scan(aligned(utf8(`{"jsonrpc":"2.0","id":1,"result":{"x":"${plain}`), offset)).kind).toBe(
      'refused',
    );
  });
});
