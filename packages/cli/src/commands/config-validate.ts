import { fileURLToPath } from 'node:url';
import { checkCommands, checkInstallation } from '@switchyard/gateway';
import { effectivePlugins, loadConfiguration, type Configuration } from '@switchyard/gateway/configuration';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { GlobalFlags } from '../flags.ts';
import { configurationFile } from '../configuration-file.ts';
import { defaultPlugins } from '../default-plugins.ts';
import { errorReport, errorText, warningText } from '../error-report.ts';
import type { Terminal } from '../terminal.ts';
import { counted, shownPath } from '../words.ts';

const EXIT_CONFIGURATION = 6;

/**
 * Checks the configuration and prints all that is to say about it, as far as that takes no plugin that runs: commands
 * are looked for, and nothing is started or opened. Exits with 6 if it, or a server of it, could not be served.
 */
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
  const { revision, warnings } = configuration;
  const installed = await installation(configuration);
  const around = installed.problems.map(errorReport);
  const servers = configuration.servers.map((server) => {
    const problem = server.problem ?? installed.commands.get(server.name);
    return { ...server, ...(problem && { problem }) };
  });
  const ofServers = servers.flatMap(({ problem }) => (problem === undefined ? [] : [errorReport(problem)]));
  const problems = [...around, ...ofServers];

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
        problems: around,
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

/** What is wrong around the servers, and with the commands of each. */
async function installation(configuration: Configuration): Promise<{
  readonly problems: readonly SwitchyardError[];
  readonly commands: ReadonlyMap<string, SwitchyardError>;
}> {
  const fallback = fileURLToPath(new URL('..', import.meta.url));
  try {
    const plugins = effectivePlugins(defaultPlugins(configuration, { stateDir: '' }), configuration);
    return {
      problems: await checkInstallation(configuration, plugins, fallback),
      commands: await checkCommands(configuration, plugins, fallback),
    };
  } catch (error) {
    if (SwitchyardError.is(error)) return { problems: [error], commands: new Map() };
    throw error;
  }
}
