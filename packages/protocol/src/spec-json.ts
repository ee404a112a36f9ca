import fc from 'fast-check';

/** Every property run of this process; `SPEC_SEED` repeats one. It stands in the name of each property. */
export const SEED = Number(process.env['SPEC_SEED'] ?? Date.now() % 2 ** 31);
export const RUNS = { seed: SEED, numRuns: 1_000 };

/** Bytes of a text. */
export function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}

/** The text of bytes or of segments. */
export function text(bytes: Uint8Array | readonly Uint8Array[]): string {
  return Buffer.concat(bytes instanceof Uint8Array ? [bytes] : bytes).toString();
}

/** The value of bytes or of segments. */
export function value(bytes: Uint8Array | readonly Uint8Array[]): unknown {
  return JSON.parse(text(bytes));
}

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\r\n', '\t  ');

const stringParts = fc.constantFrom(
  'a',
  'name',
  'é',
  '漢',
  '😀',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u0061',
  '\\ud800',
  '\u007f',
  ']}',
);

/** The text of a string, with everything that a string may hold. */
export const stringText = stringOf(6);

/** A response whose strings are long. */
export const longText = fc
  .array(stringOf(80), { minLength: 1, maxLength: 8 })
  .map((strings) => `{"jsonrpc":"2.0","id":1,"result":{"text":[${strings.join()}],"_meta":{}}}`);

/** Makes a message so large that its strings are walked in vectors. */
export function enlarged(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(20_000, ' ')]);
}

function stringOf(maxLength: number): fc.Arbitrary<string> {
  return fc.array(stringParts, { maxLength }).map((parts) => `"${parts.join('')}"`);
}

/**
 * V8 13.6 (Node 24) takes a key that is written with an escape for one that it saw in the same place before and that has
 * a backslash there: after `{"a\\\\":1}`, `{"a\\n":1}` has the key of the first. There, `JSON.parse` can judge nobody by
 * keys with a backslash.
 */
const misreadsKeys = Number.parseInt(process.versions.v8) > 11;

/** Any value of JSON. */
export const jsonValue = fc
  .jsonValue({ maxDepth: 1 })
  .filter((value) => !misreadsKeys || !JSON.stringify(value).includes('\\'));

const anyKeyText = stringText.filter((text) => !misreadsKeys || !(JSON.parse(text) as string).includes('\\'));

const numberText = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-7',
  '1.5',
  '1e400',
  '-12.5E-3',
  '2e+2',
  '9007199254740993',
);
const wordText = fc.constantFrom('true', 'false', 'null');

/** A key as it may be written: plainly, escaped in part, or made up. */
export function keyText(names: readonly string[]): fc.Arbitrary<string> {
  const named = fc.constantFrom(...names);
  const escaped = named.map((name) => {
    const code = name.charCodeAt(0).toString(16).padStart(4, '0');
    return `"\\u${code}${name.slice(1)}"`;
  });
  const plain = named.map((name) => `"${name}"`);
  return fc.oneof({ weight: 8, arbitrary: plain }, escaped, anyKeyText, fc.constant('"__proto__"'));
}

/** An object with these keys, some of them more than once. */
export function objectText(key: fc.Arbitrary<string>, content: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const part = fc.tuple(space, key, space, space, content, space);
  return fc
    .tuple(fc.array(part, { maxLength: 5 }), space)
    .map(([members, empty]) =>
      members.length === 0
        ? `{${empty}}`
        : `{${members.map(([a, name, b, c, content, d]) => `${a}${name}${b}:${c}${content}${d}`).join(',')}}`,
    );
}

/** Any value, nested to some depth. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(stringText, numberText, wordText),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
      .map(([items, gap]) => `[${gap}${items.join(`,${gap}`)}${gap}]`),
    objectText(anyKeyText, tie('value')),
  ),
})).value;

const PAYLOAD_KEYS = [
  'name',
  'uri',
  'arguments',
  'cursor',
  'requestId',
  'progressToken',
  '_meta',
  'ref',
  'tools',
  'x',
];
const metaText = objectText(keyText(['progressToken', 'y']), valueText);
const refText = objectText(keyText(['type', 'name', 'uri']), valueText);

/** Params or a result, with the keys that the gateway reads. */
export const payloadText = objectText(keyText(PAYLOAD_KEYS), fc.oneof(valueText, metaText, refText));

const idText = fc.oneof(
  fc.constantFrom('0', '""', '1', '"1"', '-3', '1.0', 'null', '1.5', '1e400', '{}'),
  stringText,
);
const errorText = fc.constantFrom(
  '{"code":-32601,"message":"no"}',
  '{"code":1.5,"message":"no"}',
  '{}',
  'null',
);

function member(key: string, content: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const code = key.charCodeAt(0).toString(16).padStart(4, '0');
  const written = fc.oneof(
    { weight: 19, arbitrary: fc.constant(`"${key}"`) },
    fc.constant(`"\\u${code}${key.slice(1)}"`),
  );
  const some = fc.oneof({ weight: 19, arbitrary: content }, valueText);
  return fc
    .tuple(space, written, space, some)
    .map(([before, name, gap, value]) => `${before}${name}${gap}:${gap}${value}${before}`);
}

const version = member('jsonrpc', fc.constant('"2.0"'));
const id = member('id', idText);
const method = member('method', stringText);
const params = member('params', payloadText);
const result = member('result', payloadText);
const error = member('error', errorText);
const extra = fc.oneof(version, id, method, params, result, error, member('more', valueText));

/** A message that is often legal, and seldom tidy. */
export const envelopeText = fc
  .tuple(
    fc.oneof(
      fc.tuple(version, id, method, params),
      fc.tuple(version, method),
      fc.tuple(version, id, result),
      fc.tuple(version, id, error),
    ),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(extra, { maxLength: 2 })),
    fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    space,
  )
  .map(([legal, more, order, around]) => {
    const members = [...legal, ...more]
      .map((text, i) => ({ text, at: order[i]! }))
      .sort((a, b) => a.at - b.at);
    return `${around}{${members.map(({ text }) => text).join(',')}}${around}`;
  });

/** A byte changed, put in, or taken out, a few times. */
export function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.constantFrom('flip', 'insert', 'delete'), fc.nat(), fc.nat(255));
  return fc.tuple(bytes, fc.array(change, { minLength: 1, maxLength: 3 })).map(([start, changes]) => {
    let result = [...start];
    for (const [kind, place, byte] of changes) {
      const at = result.length === 0 ? 0 : place % result.length;
      result = result.toSpliced(at, kind === 'insert' ? 0 : 1, ...(kind === 'delete' ? [] : [byte]));
    }
    return Uint8Array.from(result);
  });
}
