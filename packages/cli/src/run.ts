import { parseCommandLine } from './command-line.ts';
import { reported } from './reported.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line and resolves to its exit code; never rejects. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return reported(args, terminal, async () => {
    const command = await parseCommandLine(args, terminal);
    return command();
  });
}
