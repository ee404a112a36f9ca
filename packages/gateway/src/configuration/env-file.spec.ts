import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Configuration } from './configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'switchyard-env-file-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path.join(folder, name), content);
  return name;
};
const parse = (entry: object, env: NodeJS.ProcessEnv = {}): Configuration =>
  parseConfiguration(
    JSON.stringify({ mcpServers: { files: entry, other: { command: 'x' } } }, undefined, 1),
    { file: path.join(folder, 'switchyard.jsonc'), folder, env },
  );

describe('the envFile of a server', () => {
  it('sets variables; those of the entry itself come first', () => {
    const envFile = write('.env', '\uFEFFTOKEN=from-the-file\nMODE=fast\nGONE=1\nRAW=${HOME}');
    const { servers } = parse(
      { command: 'x', envFile, env: { MODE: 'slow', GONE: null, OWN: '${A}' } },
      { A: 'a' },
    );
    expect(servers[0]?.target).toEqual({
      command: 'x',
      env: { TOKEN: 'from-the-file', MODE: 'slow', GONE: null, RAW: '${HOME}', OWN: 'a' },
    });
  });

  it('is found from the folder of the configuration, through variables, or by its full path', () => {
    mkdirSync(path.join(folder, 'sub'));
    write('sub/one.env', 'A=1');
    for (const envFile of [
      'sub/one.env',
      './sub/../sub/one.env',
      '${DIR}/one.env',
      path.join(folder, 'sub/one.env'),
    ]) {
      const [server] = parse({ command: 'x', envFile }, { DIR: path.join(folder, 'sub') }).servers;
      expect([envFile, server?.target['env']]).toEqual([envFile, { A: '1' }]);
    }
  });

  it('holds secrets: they are known as such', () => {
    const envFile = write('secret.env', 'TOKEN=short\nDB=postgres-of-ann-1\nMODE=production');
    const { secrets, warnings } = parse({ command: 'x', envFile });
    expect(secrets.map((secret) => secret.reveal())).toEqual(['short', 'postgres-of-ann-1']);
    expect(warnings).toEqual([]);
  });

  it('changes the digest of its server with its content', () => {
    const digest = (content: string) =>
      parse({ command: 'x', envFile: write('d.env', content) }).servers[0]?.digest;
    expect(digest('A=1')).toBe(digest('A="1" # the same'));
    expect(digest('A=1')).not.toBe(digest('A=2'));
  });

  it('is not read while its server is disabled', () => {
    expect(parse({ command: 'x', envFile: 'absent', enabled: false }).servers[0]?.problem).toBeUndefined();
  });

  it.each<[string, () => string, RegExp]>([
    ['absent', () => 'absent.env', /there is no such file/],
    ['a folder', () => '.', /it is a folder/],
    [
      'a circle of links',
      () => (symlinkSync('loop', path.join(folder, 'loop')), 'loop'),
      /its links lead in a circle/,
    ],
    ['a device, which would never end', () => '/dev/zero', /it is no ordinary file/],
    ['UTF-16', () => write('wide.env', Buffer.from('A=hunter2', 'utf16le')), /the file is UTF-16/],
    ['binary', () => write('binary.env', 'A=\0\0hunter2'), /the file is binary/],
    ['not UTF-8', () => write('latin.env', Buffer.from([0x41, 0x3d, 0xff])), /not valid UTF-8/],
    [
      'too large',
      () => (truncateSync(path.join(folder, write('large.env', 'A=1')), 2_000_000), 'large.env'),
      /at most 1048576/,
    ],
    ['unclear', () => write('unclear.env', 'A=1\nhunter2\n'), /line 2 is no NAME=value/],
    [
      'without the end of a quote',
      () => write('open.env', 'A="hunter2\n'),
      /line 1 begins with " and does not end/,
    ],
  ])('that is %s fails its server alone, with place and remedy', (_what, make, reason) => {
    const { servers } = parse({ command: 'x', envFile: make() });
    const { problem } = servers[0]!;
    expect(problem?.code).toBe('ENV_FILE_UNUSABLE');
    expect(problem?.message).toMatch(/^files: cannot use the envFile \//);
    expect(problem?.message).toMatch(reason);
    expect(problem?.where).toBe('switchyard.jsonc:5:4  mcpServers.files.envFile');
    expect(problem?.remedy).toContain('"envFile"');
    expect(`${problem?.message}${problem?.excerpt}${JSON.stringify(problem)}`).not.toContain('hunter2');
    expect(servers[1]?.problem).toBeUndefined();
  });

  it('goes with a command', () => {
    const { problem } = parse({ url: 'https://a.example/mcp', envFile: '.env' }).servers[0]!;
    expect(problem?.message).toBe('files: "envFile" goes with "command", not with "url"');
  });
});
