import { loadConfiguration } from '@switchyard/gateway/configuration';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { GlobalFlags } from '../flags.ts';
import { configurationFile } from '../configuration-file.ts';
import { errorReport, errorText, warningText } from '../error-report.ts';
import type { Terminal } from '../terminal.ts';
import { counted, shownPath } from '../words.ts';

const EXIT_CONFIGURATION = 6;

/** Checks the configuration and prints all that is to say about it. Exits with 6 if a server could not be started. */
export async function configValidate(flags: GlobalFlags, terminal: Terminal): Promise<number> {
  const { env } = terminal;
  const file = configurationFile(flags, terminal);
  const configuration = await loadConfiguration({ file, env }).catch((error: unknown) => {
    if (flags.json && SwitchyardError.is(error)) return error;
    throw error;
  });
  if (SwitchyardError.is(configuration)) {
    // Programs get one object of one shape, whatever is wrong.
    terminal.print(JSON.stringify({ file, valid: false, problem: errorReport(configuration) }));
    return configuration.spec.exit;
  }
  const { revision, servers, warnings } = configuration;
  const problems = servers.flatMap(({ problem }) => (problem === undefined ? [] : [errorReport(problem)]));

  if (flags.json) {
    const entries = servers.map(({ name, where, enabled, transport, problem }) => ({
      name,
      where,
      enabled,
      transport,
      ...(problem === undefined ? {} : { problem: errorReport(problem) }),
    }));
    terminal.print(
      JSON.stringify({
        file,
        revision,
        valid: problems.length === 0,
        servers: entries,
        warnings: warnings.map(errorReport),
      }),
    );
  } else {
    const { paint } = terminal.out;
    const verdict = problems.length === 0 ? `${paint.green('✓')} valid` : `${paint.red('✗')} not valid`;
    const counts = [
      counted(servers.length, 'server'),
      counted(problems.length, 'problem'),
      counted(warnings.length, 'warning'),
    ];
    terminal.print(
      [
        ...problems.map((problem) => errorText(problem, paint)),
        ...warnings.map((warning) => warningText(errorReport(warning), paint)),
        `${verdict}  ${shownPath(file, terminal)}  rev ${revision}  ${counts.join(', ')}`,
      ].join('\n'),
    );
  }
  return problems.length === 0 ? 0 : EXIT_CONFIGURATION;
}
