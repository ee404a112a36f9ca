import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { signature, toolArguments, type InputSchema } from './tool-arguments.ts';

const schema: InputSchema = {
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    deep: { type: 'boolean' },
    labels: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'integer' } },
    options: { type: 'object' },
    parent: { type: ['integer', 'null'] },
    any: {},
  },
};
const read = (words: readonly string[], inputSchema: InputSchema = schema): unknown =>
  toolArguments({ name: 'x__make', inputSchema }, words);

function refused(words: readonly string[], inputSchema: InputSchema = schema): string {
  try {
    read(words, inputSchema);
  } catch (error) {
    if (SwitchyardError.is(error, 'ARGUMENT_INVALID')) return error.message;
    throw error;
  }
  return 'taken';
}

describe('arguments from words', () => {
  it.each([
    [['title=a b=c'], { title: 'a b=c' }],
    [['title='], { title: '' }],
    [['title=12'], { title: '12' }],
    [['count=12', 'ratio=-1.5e3'], { count: 12, ratio: -1500 }],
    [['deep=true'], { deep: true }],
    [['labels=a', 'labels=b'], { labels: ['a', 'b'] }],
    [['labels=["a","b"]'], { labels: ['a', 'b'] }],
    [['sizes=1', 'sizes=[2,3]'], { sizes: [1, 2, 3] }],
    [['options={"a":1}'], { options: { a: 1 } }],
    [['parent=null'], { parent: null }],
    [['parent=3'], { parent: 3 }],
    [['any=3'], { any: '3' }],
    [['any:=3'], { any: 3 }],
    [['title:="quoted"'], { title: 'quoted' }],
    [[], {}],
  ])('%j are taken for what the schema says', (words, expected) => {
    expect(read(words)).toEqual(expected);
  });

  it.each([
    [['titel=a'], 'x__make: unknown argument "titel" — did you mean "title"?'],
    [['colour=red'], 'x__make: unknown argument "colour"'],
    [['title'], 'x__make: "title" is not of the form name=value'],
    [['=a'], 'x__make: "=a" is not of the form name=value'],
    [['count=1.5'], 'x__make: count must be int, not "1.5"'],
    [['count=0x'], 'x__make: count must be int, not "0x"'],
    [['ratio='], 'x__make: ratio must be num, not ""'],
    [['deep=yes'], 'x__make: deep must be bool, not "yes"'],
    [['sizes=a'], 'x__make: sizes must be int[], not "a"'],
    [['options=[1]'], 'x__make: options must be obj, not "[1]"'],
    [['any:={'], 'x__make: any must be JSON, not "{"'],
    [['title=a', 'title=b'], 'x__make: title is given twice'],
    [['__proto__=a'], 'x__make: unknown argument "__proto__"'],
  ])('%j are refused with what is wrong', (words, message) => {
    expect(refused(words)).toBe(message);
  });

  it('that are missing are named', () => {
    expect(refused(['count=1'], { ...schema, required: ['title', 'deep'] })).toBe(
      'x__make: missing "title", "deep"',
    );
  });

  it('of a tool that takes anything are texts', () => {
    expect(read(['a=1'], {})).toEqual({ a: '1' });
    expect(read(['a=1'], { properties: {}, additionalProperties: true })).toEqual({ a: '1' });
    expect(refused(['a=1'], { properties: {} })).toBe('x__make: unknown argument "a"');
  });
});

describe('a signature', () => {
  it('has what is needed first', () => {
    expect(signature({ ...schema, required: ['deep'] })).toBe(
      'deep:bool [title:str] [count:int] [ratio:num] [labels:str[]] [sizes:int[]] [options:obj] [parent:int|null] [any:any]',
    );
    expect(signature({})).toBe('none');
  });
});
