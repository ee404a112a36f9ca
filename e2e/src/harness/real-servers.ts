import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installed } from './places.ts';
import type { Command } from './sdk-client.ts';

/** Five real servers of two authors; the last one is built on the first release of the SDK. */
export async function realServers(folder: string): Promise<Readonly<Record<string, Command>>> {
  const sample = path.join(folder, 'sample');
  await mkdir(sample);
  await writeFile(path.join(sample, 'hello.txt'), 'hello from a file\n');
  return {
    everything: { command: installed('mcp-server-everything') },
    filesystem: { command: installed('mcp-server-filesystem'), args: [sample] },
    memory: {
      command: installed('mcp-server-memory'),
      env: { MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') },
    },
    'sequential-thinking': { command: installed('mcp-server-sequential-thinking') },
    'knowledge-graph': {
      command: installed('mcp-knowledge-graph'),
      args: ['--memory-path', path.join(folder, 'graph.jsonl')],
    },
  };
}
