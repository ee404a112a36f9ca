import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readExecutionLogs } from './execution-log.ts';
import { scriptedServer } from './server-entry.ts';
import { folder } from './spec-program.ts';

describe('execution logs', () => {
  it('are joined by nonce, with who did it', async () => {
    const files = { files: path.join(folder, 'files.log'), memory: path.join(folder, 'memory.log') };
    appendFileSync(files.files, 'a\t11\t1\nb\t11\t1\n');
    appendFileSync(files.memory, 'b\t22\t3\n');
    const log = await readExecutionLogs({ ...files, idle: path.join(folder, 'never.log') });
    expect([...log]).toEqual([
      ['a', [{ server: 'files', pid: 11, run: 1 }]],
      [
        'b',
        [
          { server: 'files', pid: 11, run: 1 },
          { server: 'memory', pid: 22, run: 3 },
        ],
      ],
    ]);
  });

  it('that cannot be read are no empty ones', async () => {
    await expect(readExecutionLogs({ files: folder })).rejects.toThrow('EISDIR');
  });
});

describe('an entry of a configuration', () => {
  it('starts the built program with a script, or with the file that has it', () => {
    const { command, args } = scriptedServer({ runs: [] });
    expect(command).toBe(process.execPath);
    expect(args).toEqual([expect.stringMatching(/dist.scripted-server\.js$/), '{"runs":[]}']);
    expect(scriptedServer('/a/script.json').args[1]).toBe('@/a/script.json');
  });
});
