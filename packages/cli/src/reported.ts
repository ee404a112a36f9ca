import { SwitchyardError } from '@switchyard/plugin-api';
import { errorReport, errorLine, errorText, explainHint } from './error-report.ts';
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
    if (asked('--json')) {
      terminal.tell(errorLine(report));
      return report.exit;
    }
    const { paint, interactive } = terminal.err;
    terminal.tell(errorText(report, paint, debug ? error : undefined));
    // Logs and scripts have no use for it.
    const hint = interactive ? explainHint(report, paint) : undefined;
    if (hint !== undefined) terminal.tell(hint);
    return report.exit;
  }
}
