import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from './run.ts';
import { recordedTerminal } from './spec-terminal.ts';

async function outcome(
  ...args: readonly string[]
): Promise<{ readonly exit: number; readonly told: string; readonly printed: string }> {
  const terminal = recordedTerminal();
  const exit = await run(args, terminal);
  return { exit, told: terminal.told.join('\n'), printed: terminal.printed.join('\n') };
}

describe('a command line that is wrong', () => {
  it.each([
    [['stauts'], "unknown command 'stauts' — did you mean status?"],
    [['serve', '--prot', '1'], "unknown option '--prot' — did you mean --port?"],
    [['config', 'valdate'], "unknown command 'valdate' — did you mean validate?"],
    [['serve', '--port'], "option '-p, --port <number>' argument missing"],
    [
      ['serve', '--port', '70000'],
      "option '-p, --port <number>' argument '70000' is invalid. a port is a number from 0 to 65535",
    ],
    [
      ['serve', '--port', 'abc'],
      "option '-p, --port <number>' argument 'abc' is invalid. a port is a number from 0 to 65535",
    ],
    [
      ['serve', '--port', '-1'],
      "option '-p, --port <number>' argument '-1' is invalid. a port is a number from 0 to 65535",
    ],
    [
      ['serve', '-c', 'a', '--config', 'b'],
      "option '-c, --config <file>' argument 'b' is invalid. --config is given twice",
    ],
    [['call'], "missing required argument 'tool'"],
    [['list', 'tools', 'prompts'], "too many arguments for 'list'. Expected 1 argument but got 2"],
    [['list', 'toolz'], 'list takes tools, prompts, resources; not "toolz"'],
    [['call', 'x', 'a=b', '--args', '{}'], 'give the arguments as name=value or with --args, not both'],
    [['status', '--url', 'ftp://x'], '--url must be like http://127.0.0.1:4620'],
  ])('is a usage error with what was meant: %j', async (args, what) => {
    const { exit, told, printed } = await outcome(...args);
    expect(exit).toBe(2);
    expect(told.split('\n')[0]).toBe(`✗ SWY-E111  ${what}`);
    expect(told).toContain('do      ');
    expect(printed).toBe('');
  });

  it('is told as one line of JSON where JSON was asked for', async () => {
    const { exit, told } = await outcome('serve', '--prot', '1', '--json');
    expect([exit, told.includes('\n')]).toEqual([2, false]);
    expect(JSON.parse(told)).toEqual({
      error: {
        code: 'SWY-E111',
        kind: 'usage',
        message: "unknown option '--prot' — did you mean --port?",
        hint: 'switchyard --help',
        exit: 2,
      },
    });
  });

  it('is no error to explain; others are, to a person', async () => {
    const err = { ...recordedTerminal().err, interactive: true };
    const wrong = recordedTerminal({ err });
    await run(['stauts'], wrong);
    expect(wrong.told).toHaveLength(1);
    const missing = recordedTerminal({ err });
    expect(await run(['status'], missing)).toBe(6);
    expect(missing.told[1]).toBe('  → switchyard explain SWY-E602');
  });

  it('that is empty gets the help, on stderr', async () => {
    const { exit, told, printed } = await outcome();
    expect([exit, printed]).toEqual([2, '']);
    expect(told).toContain('Usage: switchyard');
  });
});

describe('help and version', () => {
  it('are data', async () => {
    const help = await outcome('call', '--help');
    expect([help.exit, help.told]).toEqual([0, '']);
    expect(help.printed).toContain('Usage: switchyard call [options] <tool> [arguments...]');
    expect(help.printed).toContain('--state-dir');
    expect((await outcome('serve', '--help')).printed).not.toContain('detached');
    expect((await outcome('stdio', '--help')).printed).toContain('Usage: switchyard stdio [options]');
    expect((await outcome('--version')).printed).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('config validate', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-cli-'))));
  afterAll(() => rm(folder, { recursive: true }));

  async function validate(text: string, ...flags: readonly string[]) {
    const file = path.join(folder, 'switchyard.jsonc');
    await writeFile(file, text, { mode: 0o600 });
    return outcome('config', 'validate', '--config', file, ...flags);
  }

  it('says that all is well', async () => {
    const { exit, printed } = await validate('{ "mcpServers": { "a": { "command": "/bin/sh" } } }');
    expect(exit).toBe(0);
    expect(printed).toMatch(
      /^✓ valid {2}\S+switchyard\.jsonc {2}rev [0-9a-f]{8} {2}1 server, 0 problems, 0 warnings$/,
    );
  });

  it('shows every problem and every warning, and exits with 6', async () => {
    const { exit, printed } = await validate(
      '{ "mcpServers": {\n "a": { "command": "${NO}" },\n "b": { "command": "/bin/sh", "comand": "y" } } }',
    );
    expect(exit).toBe(6);
    expect(printed.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      '✗ SWY-E607  a: the environment variable NO is not set',
      '! SWY-E601  unknown key "comand" — did you mean "command"?',
      expect.stringMatching(/^✗ not valid .* 2 servers, 1 problem, 1 warning$/),
    ]);
  });

  it('prints JSON that is JSON, whatever it finds', async () => {
    const { exit, printed } = await validate('{ "mcpServers": { "a": {} } }', '--json');
    expect(exit).toBe(6);
    expect(JSON.parse(printed)).toMatchObject({
      valid: false,
      servers: [{ name: 'a', where: 'switchyard.jsonc:1', problem: { code: 'SWY-E606', exit: 6 } }],
      warnings: [],
    });
    const broken = await validate('{', '--json');
    expect([broken.exit, broken.told]).toEqual([6, '']);
    expect(JSON.parse(broken.printed)).toMatchObject({
      valid: false,
      problem: { code: 'SWY-E604', where: 'switchyard.jsonc:1:2' },
    });
  });

  it('tells a typo with the place and the lines around it', async () => {
    const { exit, told } = await validate('{\n  // my servers\n  "mcpServer": {\n  }\n}');
    expect(exit).toBe(6);
    expect(told).toBe(
      [
        '✗ SWY-E601  unknown key "mcpServer" — did you mean "mcpServers"?',
        '  where   switchyard.jsonc:3:3  mcpServer',
        '   2 │   // my servers',
        '   3 │   "mcpServer": {',
        '     │   ^^^^^^^^^^^',
        '  do      remove it or correct its name',
      ].join('\n'),
    );
  });

  it('says how to make one where there is none', async () => {
    const { exit, told } = await outcome('config', 'validate');
    expect(exit).toBe(6);
    expect(told).toContain('✗ SWY-E602  there is no configuration');
    expect(told).toContain('looked at /nowhere/switchyard.jsonc and');
  });
});
