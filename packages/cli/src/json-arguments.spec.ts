import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { jsonArguments } from './json-arguments.ts';
import { inputOf } from './spec-terminal.ts';

describe('--args', () => {
  it('is an object, given or on stdin', async () => {
    expect(await jsonArguments('{"a":1}', inputOf(''))).toEqual({ a: 1 });
    expect(await jsonArguments('-', inputOf('{"é":"ü"}'))).toEqual({ é: 'ü' });
  });

  it.each([
    ['{bad json', '{bad json\n ^'],
    ['{"a":1', '{"a":1\n      ^'],
    ['', '\n^'],
    [`{"long":"${'x'.repeat(100)}" oops}`, `${'x'.repeat(28)}" oops}\n${' '.repeat(30)}^`],
  ])('points at the place where %j ends being JSON', async (text, excerpt) => {
    const error: unknown = await jsonArguments(text, inputOf('')).catch((thrown: unknown) => thrown);
    expect(SwitchyardError.is(error, 'USAGE') && [error.message, error.excerpt]).toEqual([
      '--args is not JSON',
      excerpt,
    ]);
  });

  it.each(['[1]', 'null', '"a"'])('is no %s', async (text) => {
    await expect(jsonArguments(text, inputOf(''))).rejects.toThrow('--args must be a JSON object');
  });
});
