import { SwitchyardError } from '@switchyard/plugin-api';
import { errorReport, errorLine, errorText } from './error-report.ts';
import { parseCommandLine } from './command-line.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line and resolves to its exit code; never rejects. Whatever goes wrong is told on stderr. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  // Asked of the raw words, because the command line itself may be what is wrong.
  const asked = (flag: string): boolean => args.slice(0, [...args, '--'].indexOf('--')).includes(flag);
  try {
    const command = await parseCommandLine(args, terminal);
    return await command();
  } catch (thrown) {
    const error = SwitchyardError.from(thrown);
    const report = errorReport(error);
    const debug = asked('--debug');
    terminal.tell(
      asked('--json') ? errorLine(report) : errorText(report, terminal.err.paint, debug ? error : undefined),
    );
    return report.exit;
  }
}
