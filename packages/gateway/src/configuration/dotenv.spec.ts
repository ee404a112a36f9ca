import { describe, expect, it } from '@jest/globals';
import { parseDotenv } from './dotenv.ts';

const parsed = (text: string): unknown => {
  const read = parseDotenv(text);
  return read instanceof Map ? Object.fromEntries(read) : read;
};

describe('a dotenv text', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['A=1', { A: '1' }],
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['A=1\r\nB=2\rC=3', { A: '1', B: '2', C: '3' }],
    ['# of mine\n\n  # B=2\n A = 1 ', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['A=', { A: '' }],
    ['A=\nB=2', { A: '', B: '2' }],
    ['A=x=y==', { A: 'x=y==' }],
    ['A=two words # said', { A: 'two words' }],
    ['A=pass#word', { A: 'pass#word' }],
    ['A=#nothing', { A: '' }],
    ['A="x # y" # said', { A: 'x # y' }],
    ['A=\'it is "so"\'', { A: 'it is "so"' }],
    ['A=`x`', { A: 'x' }],
    ['A="x\n\ny"\nB=2', { A: 'x\n\ny', B: '2' }],
    ['A="x\\ny"', { A: 'x\ny' }],
    ["A='x\\ny'", { A: 'x\\ny' }],
    ['A="{\\"a\\":1}"', { A: '{"a":1}' }],
    ['A="C:\\dir\\\\"', { A: 'C:\\dir\\\\' }],
    ["A=it's", { A: "it's" }],
    ['A=$B ${C}', { A: '$B ${C}' }],
    ['A=1\nA=2', { A: '2' }],
    ['__proto__=1', JSON.parse('{"__proto__":"1"}') as Record<string, string>],
    ['app.key-1=x', { 'app.key-1': 'x' }],
  ])('%j', (text, variables) => {
    expect(parsed(text)).toEqual(variables);
  });

  it.each<[string, number, string]>([
    ['A', 1, 'is no NAME=value'],
    ['A=1\nhunter2\nB=2', 2, 'is no NAME=value'],
    ['A: 1', 1, 'is no NAME=value'],
    ['=x', 1, 'is no NAME=value'],
    ['A B=1', 1, 'is no NAME=value'],
    ['1A=2', 1, 'is no NAME=value'],
    ['A="hunter2\nB=2', 1, 'begins with " and does not end with it'],
    ['A="hunter2\\"', 1, 'begins with " and does not end with it'],
    ["A='", 1, "begins with ' and does not end with it"],
    ['A="x\ny" z', 2, 'has something behind its "'],
    ['A="a"b', 1, 'has something behind its "'],
    ['A="x" B=3', 1, 'has something behind its "'],
  ])('that says nothing clear is refused with its line: %j', (text, line, reason) => {
    expect(parsed(text)).toEqual({ line, reason });
  });

  it('of a megabyte is read at once', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `A${index}="${index}"`);
    expect(parseDotenv(many.join('\n'))).toHaveProperty('size', 50_000);
    expect(parsed('A="'.repeat(300_000))).toMatchObject({ line: 1 });
  });
});
