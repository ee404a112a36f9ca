import { openTerminal } from './process-terminal.ts';
import { run } from './run.ts';

/** Runs the command line of this process. Sets the exit code and leaves it to the process to end by itself. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), openTerminal(process));
}
