import { SwitchyardError } from '@switchyard/plugin-api';
import { errorReport, errorLine, errorText } from './error-report.ts';
import type { Terminal } from './terminal.ts';

/** Runs a command to its exit code; never rejects. Whatever goes wrong is told on stderr. */
export async function reported(
  args: readonly string[],
  terminal: Terminal,
  command: () => Promise<number>,
): Promise<number> {
  // Asked of the raw words, because the command line itself may be what is wrong.
  const asked = (flag: string): boolean => args.slice(0, [...args, '--'].indexOf('--')).includes(flag);
  try {
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
