import { readFile } from 'node:fs/promises';

/** One execution of one call. */
export interface Execution {
  /** The name under which the reader knows the server. */
  readonly server: string;
  readonly pid: number;
  /** Of the server's starts, from 1. */
  readonly run: number;
}

/** What servers executed, by nonce; a nonce that nobody executed is not in it. */
export type ExecutionLog = ReadonlyMap<string, readonly Execution[]>;

/**
 * Reads what scripted servers wrote.
 * @param files by the name of the server, its `executionLog`; one that is not there was written by nobody.
 */
export async function readExecutionLogs(files: Readonly<Record<string, string>>): Promise<ExecutionLog> {
  const executions = new Map<string, Execution[]>();
  for (const [server, file] of Object.entries(files)) {
    for (const line of (await textOf(file)).split('\n').slice(0, -1)) {
      const [nonce = '', pid, run] = line.split('\t');
      const known = executions.get(nonce);
      const execution = { server, pid: Number(pid), run: Number(run) };
      if (known) known.push(execution);
      else executions.set(nonce, [execution]);
    }
  }
  return executions;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}
