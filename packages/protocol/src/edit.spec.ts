import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { type Payload, SwitchyardError, payloadOf } from '@switchyard/plugin-api';
import { editPayload } from './edit.ts';
import { withSpans } from './members.ts';
import { jsonValue, RUNS, SEED, payloadText, text, utf8, value } from './spec-json.ts';
import { isObject } from './spec-oracle.ts';
import { json } from './value.ts';

function edited(payload: string, edits: Record<string, unknown>): string {
  const bytes = Object.entries(edits).map(
    ([path, to]) => [path, to === undefined ? undefined : json(to)] as const,
  );
  return text(editPayload({ bytes: utf8(payload) }, Object.fromEntries(bytes)));
}

describe('editPayload', () => {
  it.each([
    ['replaces a value', '{ "name" : "a", "x":1}', { name: 'b' }, '{ "name" : "b", "x":1}'],
    [
      'replaces inside _meta',
      '{"_meta":{"progressToken":1,"y":2}}',
      { '_meta.progressToken': 'p' },
      '{"_meta":{"progressToken":"p","y":2}}',
    ],
    ['adds a member', '{ "x":1}', { name: 'b' }, '{"name":"b", "x":1}'],
    ['adds to an empty object', '{ }', { name: 'b' }, '{"name":"b" }'],
    ['adds several', '{"x":1}', { name: 'b', uri: 'u' }, '{"name":"b","uri":"u","x":1}'],
    [
      'adds to _meta',
      '{"_meta":{"y":1}}',
      { '_meta.progressToken': 1 },
      '{"_meta":{"progressToken":1,"y":1}}',
    ],
    [
      'adds _meta',
      '{"x":1}',
      { '_meta.progressToken': 1, name: 'n' },
      '{"name":"n","_meta":{"progressToken":1},"x":1}',
    ],
    [
      'puts an object in the place of a _meta that is none',
      '{"_meta":null}',
      { '_meta.progressToken': 1 },
      '{"_meta":{"progressToken":1}}',
    ],
    ['removes the first', '{"name":1, "x":2}', { name: undefined }, '{"x":2}'],
    ['removes the last', '{"x":2 , "name":1}', { name: undefined }, '{"x":2 }'],
    ['removes the only one', '{ "name":1 }', { name: undefined }, '{  }'],
    [
      'removes neighbours',
      '{"x":1,"name":1 , "uri":2,"y":3}',
      { name: undefined, uri: undefined },
      '{"x":1,"y":3}',
    ],
    ['removes the first two', '{"name":1,"uri":2,"y":3}', { name: undefined, uri: undefined }, '{"y":3}'],
    ['removes the last two', '{"y":3,"name":1,"uri":2}', { uri: undefined, name: undefined }, '{"y":3}'],
    ['removes all', '{"name":1,"uri":2}', { name: undefined, uri: undefined }, '{}'],
    ['removes around another', '{"name":1,"y":3,"uri":2}', { name: undefined, uri: undefined }, '{"y":3}'],
    ['removes and adds', '{"name":1}', { name: undefined, uri: 'u' }, '{"uri":"u"}'],
    ['removes what is not there', '{"x":1}', { name: undefined }, '{"x":1}'],
    [
      'edits keys that are escaped or repeated',
      '{"n\\u0061me":1,"name":2,"x":1e400}',
      { name: 3 },
      '{"name":3,"x":1e400}',
    ],
  ])('%s', (_, before, edits, after) => {
    expect(edited(before, edits)).toBe(after);
  });

  it('shares the bytes that it does not change', () => {
    const bytes = Uint8Array.from(utf8(`{"name":"a","arguments":"${'x'.repeat(1_000)}"}`));
    const segments = editPayload({ bytes }, { name: json('b') });
    expect(segments.map((segment) => segment.buffer === bytes.buffer)).toEqual([true, false, true]);
    expect(editPayload({ bytes }, {})[0]?.buffer).toBe(bytes.buffer);
  });

  it('finds the members of a payload once', () => {
    const payload = payloadOf({ name: 'a' });
    expect(withSpans(payload)).toBe(withSpans(payload));
    const scanned: Payload = withSpans(payload);
    expect(withSpans(scanned)).toBe(scanned);
  });

  it.each([
    ['no object', '[]', {}],
    ['broken', '{"name":', {}],
    ['more than an object', '{} {}', {}],
    [
      'a member inside one that is edited',
      '{"_meta":{"progressToken":1}}',
      { _meta: 1, '_meta.progressToken': 2 },
    ],
    ['a member that is not noted', '{"constructor":1}', { constructor: 2 }],
  ])('calls it a bug: %s', (_, payload, edits) => {
    const attempt = () => edited(payload, edits);
    expect(attempt).toThrow(SwitchyardError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'BUG' }));
  });
});

/** The same edits on a parsed payload. */
function editedValue(before: unknown, edits: Readonly<Record<string, unknown>>): unknown {
  const after = structuredClone(before) as Record<string, unknown>;
  for (const [path, to] of Object.entries(edits)) {
    const [key, inner] = path.split('.') as [string, string?];
    if (inner === undefined) set(after, key, to);
    else if (isObject(after[key])) set(after[key] as Record<string, unknown>, inner, to);
    else if (to !== undefined) set(after, key, { [inner]: to });
  }
  return after;
}

function set(object: Record<string, unknown>, key: string, to: unknown): void {
  if (to === undefined) delete object[key];
  else object[key] = to;
}

describe(`editing bytes is editing values (seed ${SEED})`, () => {
  const change = fc.option(jsonValue, { nil: undefined });
  const edits = fc.record(
    {
      name: change,
      uri: change,
      cursor: change,
      requestId: change,
      arguments: change,
      '_meta.progressToken': change,
      'ref.name': change,
    },
    { requiredKeys: [] },
  );

  it('whatever is replaced, added and removed at once', () => {
    fc.assert(
      fc.property(payloadText, edits, (before, wanted) => {
        const given = Object.entries(wanted).map(
          ([path, to]) => [path, to === undefined ? undefined : json(to)] as const,
        );
        const after = value(editPayload({ bytes: utf8(before) }, Object.fromEntries(given)));
        // The wanted values as JSON has them: without -0.
        const read = given.map(([path, bytes]) => [path, bytes && value(bytes)] as const);
        const expected = editedValue(JSON.parse(before), Object.fromEntries(read));
        if (!isDeepStrictEqual(after, expected)) expect(after).toEqual(expected);
      }),
      { ...RUNS, numRuns: 2_000 },
    );
  });
});
