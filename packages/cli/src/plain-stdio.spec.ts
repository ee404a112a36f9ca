import { describe, expect, it } from '@jest/globals';
import { plainStdio } from './plain-stdio.ts';

describe('the short way to stdio', () => {
  it.each([
    [['stdio'], {}],
    [['stdio', '--config', 'a.jsonc'], { config: 'a.jsonc' }],
    [['stdio', '-c', 'a.jsonc', '--state-dir=s'], { config: 'a.jsonc', stateDir: 's' }],
    [['stdio', '--json', '--debug'], { json: true, debug: true }],
  ])('understands %j', (args, flags) => {
    expect(plainStdio(args)).toEqual(flags);
  });

  it.each([
    [[]],
    [['serve']],
    [['--config', 'a', 'stdio']],
    [['stdio', '--help']],
    [['stdio', '--confg', 'a']],
    [['stdio', '--config']],
    [['stdio', '-c', 'a', '--config', 'b']],
    [['stdio', 'what']],
  ])('leaves %j to the whole command line', (args) => {
    expect(plainStdio(args)).toBeUndefined();
  });
});
