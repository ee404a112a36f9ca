import { describe, expect, it } from '@jest/globals';
import type { CatalogKind } from '@switchyard/plugin-api';
import { definitionsOf } from './definitions.ts';
import { scan } from './scan.ts';
import { text, utf8 } from './spec-json.ts';

function page(kind: CatalogKind, result: string, maxDepth = 128) {
  const scanned = scan(utf8(`{"jsonrpc":"2.0","id":1,"result":${result}}`));
  if (scanned.kind !== 'frame') throw new Error(JSON.stringify(scanned));
  return definitionsOf(kind, scanned.frame.result!, { maxDepth });
}

describe('definitionsOf', () => {
  it('gives each item as its own bytes, and where its identity stands', () => {
    const { definitions, ...rest } = page(
      'tools',
      '{"tools":[{"name":"a\\"b","x":[1]}, {"x":{"name":"no"}, "name" : "é"}]}',
    );
    expect(definitions.map(({ name }) => name)).toEqual(['a"b', 'é']);
    expect(definitions.map(({ bytes }) => text(bytes))).toEqual([
      '{"name":"a\\"b","x":[1]}',
      '{"x":{"name":"no"}, "name" : "é"}',
    ]);
    expect(definitions.map(({ bytes, nameAt }) => text(bytes.subarray(nameAt.start, nameAt.end)))).toEqual([
      '"a\\"b"',
      '"é"',
    ]);
    expect(rest).toEqual({});
  });

  it.each([
    ['tools', '{"tools":[{"name":"n"}]}'],
    ['prompts', '{"prompts":[{"name":"n"}]}'],
    ['resources', '{"resources":[{"uri":"n","name":"no"}]}'],
    ['resourceTemplates', '{"resourceTemplates":[{"uriTemplate":"n","name":"no"}]}'],
  ] as const)('knows what names %s', (kind, result) => {
    expect(page(kind, result).definitions.map(({ name }) => name)).toEqual(['n']);
  });

  it('takes an empty cursor for a cursor', () => {
    expect(page('tools', '{"tools":[],"nextCursor":""}')).toEqual({ definitions: [], nextCursor: '' });
    expect(page('tools', '{"tools":[],"nextCursor":null}')).toEqual({ definitions: [] });
  });

  it('reports items that cannot be named, and keeps the others', () => {
    const { definitions, problem } = page('tools', '{"tools":[{"name":"a"},{"name":5},"x",{}]}');
    expect(definitions).toHaveLength(1);
    expect(problem).toBe('3 of 4 tools left out: tools[1] has no string "name"');
    expect(page('tools', '{"tools":[[]]}').problem).toBe('1 of 1 tools left out: tools[0] is not an object');
  });

  it.each(['{}', '{"tools":{}}', '{"tools":null}', '{"prompts":[]}'])(
    'reports a result without the list: %s',
    (result) => {
      expect(page('tools', result)).toEqual({ definitions: [], problem: 'the result has no array "tools"' });
    },
  );

  it('cuts a list where it nests too deep', () => {
    const { definitions, problem } = page('tools', '{"tools":[{"name":"a"},{"name":"b","x":[[]]}]}', 3);
    expect(definitions.map(({ name }) => name)).toEqual(['a']);
    expect(problem).toBe('cut after 1 tools: it nests too deep');
  });

  it('reads an escaped or repeated name as its reader will, and writes it plainly', () => {
    const { definitions } = page('tools', '{"tools":[{"name":"a","n\\u0061me":"b","x":1e400}]}');
    expect(definitions.map(({ name, bytes }) => [name, text(bytes)])).toEqual([
      ['b', '{"name":"b","x":1e400}'],
    ]);
  });

  it('keeps each definition on one line', () => {
    const [definition] = page('tools', '{"tools":[{\n  "name": "a"\r\n}]}').definitions;
    expect(text(definition!.bytes)).toBe('{   "name": "a"  }');
    expect(text(definition!.bytes.subarray(definition!.nameAt.start, definition!.nameAt.end))).toBe('"a"');
  });

  it('reads results that did not come through the scanner', () => {
    expect(definitionsOf('tools', { bytes: utf8('{"tools":[{"name":"a"}]}') }).definitions).toHaveLength(1);
  });
});
