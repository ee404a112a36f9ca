import { openTerminal } from './process-terminal.ts';
import { reported } from './reported.ts';
import { plainStdio } from './plain-stdio.ts';

/** Runs the command line of this process. Sets the exit code and leaves it to the process to end by itself. */
export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const terminal = openTerminal(process);
  const flags = plainStdio(args);
  if (flags === undefined) {
    const { run } = await import('./run.ts');
    process.exitCode = await run(args, terminal);
  } else {
    process.exitCode = await reported(args, terminal, async () => {
      const { stdio } = await import('./commands/stdio.ts');
      return stdio(flags, terminal);
    });
  }
}
