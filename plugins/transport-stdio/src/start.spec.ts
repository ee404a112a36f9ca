import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { serverOf, type Wanted } from './spec-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-start-'));
  const files = {
    'plain.txt': '',
    'no-interpreter': '#!/no/such/interpreter\n',
    program: '#!/bin/sh\nexec cat\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const name of ['no-interpreter', 'program']) await chmod(join(folder, name), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** The error that opening ends with, which must be one of ours. */
async function refusal(target: Wanted['target']): Promise<SwitchyardError> {
  const server = serverOf('echo', {
    target: { args: [], ...target },
    context: { folder, where: (key) => `a.jsonc:5:7  ${key}` },
  });
  const error: unknown = await server.open().catch((reason: unknown) => reason);
  expect(await server.wire.closed).toEqual({ cause: 'could not be started' });
  if (!SwitchyardError.is(error)) throw error;
  return error;
}

describe('a command', () => {
  it.each([
    ['in PATH', { command: 'program', env: { PATH: '/nowhere::.:/usr/bin:/bin' } }],
    ['relative to the folder', { command: './program' }],
    ['relative to its own folder', { command: './program', cwd: '.' }],
  ])('is found %s', async (_where, target) => {
    const server = serverOf('echo', { target: { args: [], ...target }, context: { folder } });
    await server.open();
    await server.send('{}');
    expect(await server.received(1)).toEqual(['{}']);
    expect(server.wire.info.target).toBe(join(folder, 'program'));
  });

  it('that is nowhere in PATH is refused with the PATH that was searched', async () => {
    const error = await refusal({ command: 'no-such-program', env: { PATH: '/one:/two' } });
    expect(error.code).toBe('COMMAND_NOT_FOUND');
    expect(error.message).toBe('sample: command "no-such-program" was not found');
    expect(error.why).toBe('PATH searched: /one:/two');
    expect(error.where).toBe('a.jsonc:5:7  command');
  });

  it('that is no file is refused with the path that was meant', async () => {
    const error = await refusal({ command: './bin/absent' });
    expect([error.code, error.why]).toEqual(['COMMAND_NOT_FOUND', `there is no file ${folder}/bin/absent`]);
  });

  it('that is a whole command line is refused without repeating what may be secret in it', async () => {
    const error = await refusal({ command: 'node server.js --token=abc' });
    expect(error.code).toBe('COMMAND_NOT_FOUND');
    expect(error.why).toContain('command must be one executable');
    expect(error.remedy).toContain('put arguments in args');
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('abc');
  });

  it.each([
    ['a file without the permission', './plain.txt', 'there is no permission to execute it'],
    ['a folder', '.', 'it is a folder'],
    ['a script without its interpreter', './no-interpreter', 'interpreter'],
  ])('that is %s is refused', async (_what, command, reason) => {
    const error = await refusal({ command: command === '.' ? `${folder}/.` : command });
    expect(error.code).toBe('COMMAND_NOT_EXECUTABLE');
    expect(error.message).toContain(reason);
    expect(error.spec.retryable).toBe(false);
  });

  it('with more arguments than the system takes is refused without showing them', async () => {
    const error = await refusal({ command: './program', args: ['secret'.repeat(1_000_000)] });
    expect(error.code).toBe('SERVER_INVALID');
    expect(error.message.length).toBeLessThan(200);
  });
});

describe('a folder', () => {
  it.each([
    ['absent', 'absent', undefined],
    ['a file', 'plain.txt', 'it is a file'],
  ])('that is %s is refused, and not told as a missing command', async (_what, cwd, why) => {
    const error = await refusal({ command: 'cat', cwd });
    expect(error.code).toBe('FOLDER_MISSING');
    expect(error.message).toContain(join(folder, cwd));
    expect(error.why).toBe(why);
  });
});
