import { describe, expect, it } from '@jest/globals';
import { stdioCommand } from './stdio-command.ts';

describe('the command that clients start', () => {
  it('names this Node and this file, by their absolute paths', () => {
    const { command, args } = stdioCommand({ configuration: '/a.jsonc' });
    expect(command).toBe(process.execPath);
    expect(args).toEqual([
      expect.stringMatching(/^\/.*\/bin\/switchyard\.js$/),
      'stdio',
      '--config',
      '/a.jsonc',
    ]);
    expect(stdioCommand({ configuration: '/a.jsonc', stateDir: '/s' }).args.slice(-2)).toEqual([
      '--state-dir',
      '/s',
    ]);
  });

  it('is npx where npx brought it', () => {
    const bin = '/home/ann/.npm/_npx/ab12/node_modules/mcp-switchyard/bin/switchyard.js';
    expect(stdioCommand({ configuration: '/a.jsonc' }, bin)).toEqual({
      command: 'npx',
      args: ['-y', 'mcp-switchyard', 'stdio', '--config', '/a.jsonc'],
    });
  });
});
