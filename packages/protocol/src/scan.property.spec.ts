import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineFramer, type Payload } from '@switchyard/plugin-api';
import { PATHS } from './notes.ts';
import { onOneLine } from './one-line.ts';
import { scan } from './scan.ts';
import { enlarged, envelopeText, longText, mutated, RUNS, SEED, utf8, valueText } from './spec-json.ts';
import { isObject, readByParsing, readByScanning } from './spec-oracle.ts';

/** Checks that the spans are exactly the noted members that `JSON.parse` sees, with their values. */
function expectSpans({ bytes, spans = {} }: Payload): void {
  const parsed = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  for (const path of PATHS) {
    const [key, inner] = path.split('.') as [string, string?];
    const outer = Object.hasOwn(parsed, key) ? parsed[key] : undefined;
    const expected =
      inner === undefined ? outer : isObject(outer) && Object.hasOwn(outer, inner) ? outer[inner] : undefined;
    const member = spans[path];
    const seen =
      member && (JSON.parse(Buffer.from(bytes.subarray(member.start, member.end)).toString()) as unknown);
    // `expect` costs more than the scan; it is for saying what differs.
    if (!isDeepStrictEqual(seen, expected)) expect({ path, seen }).toEqual({ path, seen: expected });
    const written = member && Buffer.from(bytes.subarray(member.key)).toString();
    if (written?.startsWith(`"${inner ?? key}"`) === false) expect(written).toBe(key);
  }
}

function expectSame(bytes: Uint8Array): void {
  const scanned = scan(bytes);
  const read = readByScanning(scanned);
  const expected = readByParsing(bytes);
  if (!isDeepStrictEqual(read, expected)) expect(read).toEqual(expected);
  if (scanned.kind !== 'frame') return;
  for (const payload of [scanned.frame.params, scanned.frame.result, scanned.frame.error]) {
    if (payload) expectSpans(payload);
  }
}

describe(`scan and JSON.parse agree (seed ${SEED})`, () => {
  it('on envelopes with nasty white space, escapes, repeated keys and depth', () => {
    fc.assert(fc.property(envelopeText.map(utf8), expectSame), RUNS);
  });

  it('on any JSON value, message or not', () => {
    fc.assert(fc.property(valueText.map(utf8), expectSame), RUNS);
  });

  it('on messages with bytes changed, put in and taken out', () => {
    fc.assert(fc.property(mutated(envelopeText.map(utf8)), expectSame), RUNS);
  });

  it('on large messages with long strings, and with bytes of them changed', () => {
    const long = longText.map(utf8);
    fc.assert(fc.property(long.map(enlarged), expectSame), RUNS);
    fc.assert(fc.property(mutated(long).map(enlarged), expectSame), RUNS);
  });

  it('on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), expectSame), RUNS);
  });

  it('on messages cut at every byte', () => {
    const whole = utf8(
      '{"jsonrpc":"2.0","id":"é\\n","method":"m","params":{"a":[-1.5e3,true,null,{}],"_meta":{}}}',
    );
    for (let end = 0; end <= whole.length; end++) expectSame(whole.subarray(0, end));
  });
});

describe(`a stream of messages (seed ${SEED})`, () => {
  it('gives the same frames wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(envelopeText, { minLength: 1, maxLength: 4 }), (texts) => {
        const lines = texts.map((one) => onOneLine([utf8(one)])[0]!);
        const stream = Buffer.concat(lines.flatMap((line) => [line, utf8('\n')]));
        const expected = lines.map((line) => readByScanning(scan(line)));
        const cut = 1 + (stream.length % 7);
        expect(isDeepStrictEqual(framesOf(stream, cut), expected)).toBe(true);
      }),
      RUNS,
    );
  });

  it('gives the same frames at each single cut, inside characters and escapes too', () => {
    const line = '{"jsonrpc":"2.0","id":"😀","method":"é","params":{"name":"\\ud83d\\ude00\\n","x":"漢"}}';
    const stream = utf8(`${line}\n{"jsonrpc":"2.0","id":7,"result":{}}\r\n`);
    const expected = framesOf(stream, stream.length);
    expect(expected).toHaveLength(2);
    for (let cut = 1; cut < stream.length; cut++) {
      const seen: unknown[] = [];
      const framer = new LineFramer(1_000, (framed) => {
        if ('line' in framed) seen.push(readByScanning(scan(framed.line)));
      });
      framer.push(stream.subarray(0, cut));
      framer.push(stream.subarray(cut));
      expect(seen).toEqual(expected);
    }
  });
});

function framesOf(stream: Uint8Array, cut: number): unknown[] {
  const seen: unknown[] = [];
  const framer = new LineFramer(1_000_000, (framed) => {
    if ('line' in framed) seen.push(readByScanning(scan(framed.line)));
  });
  for (let at = 0; at < stream.length; at += cut) framer.push(stream.subarray(at, at + cut));
  return seen;
}
