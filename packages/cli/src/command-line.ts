import { SwitchyardError } from '@switchyard/plugin-api';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** A command that was understood and is ready to run; it resolves to the exit code. */
export type Runnable = () => Promise<number>;

/**
 * Reads a command line. What a command needs is imported when it runs: `--help` must not wait for a gateway to load.
 * @throws USAGE, with what was probably meant.
 */
export async function parseCommandLine(args: readonly string[], terminal: Terminal): Promise<Runnable> {
  let chosen: Runnable = () => Promise.resolve(0);
  const program = describe(terminal, (runnable) => (chosen = runnable));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return () => Promise.resolve(0);
    // Commander has printed the help that it answers an empty command line with.
    if (error.code === 'commander.help') return () => Promise.resolve(2);
    throw usage(error.message);
  }
  return chosen;
}

function describe(terminal: Terminal, choose: (runnable: Runnable) => void): Command {
  const program = new Command('switchyard')
    .description('One endpoint in front of any number of MCP servers.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print help for a command')
    .option(
      '-c, --config <file>',
      'configuration file (SWITCHYARD_CONFIG, ./switchyard.jsonc)',
      once('--config'),
    )
    .option('--state-dir <folder>', 'state directory (SWITCHYARD_STATE_DIR)', once('--state-dir'))
    .option('--json', 'data, events and errors as JSON')
    .option('--debug', 'show the stack of an error')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
      // What is wrong is thrown, and told in the shape that all errors have.
      outputError: () => undefined,
    })
    .exitOverride();

  const command = <Flags>(
    spec: string,
    summary: string,
    load: () => Promise<(flags: Flags, terminal: Terminal, ...words: never[]) => Promise<number>>,
    parent = program,
  ): Command =>
    parent
      .command(spec)
      .description(summary)
      .action(function (this: Command, ...given: unknown[]) {
        const words = given.slice(0, this.registeredArguments.length) as never[];
        choose(async () => (await load())(this.optsWithGlobals() as Flags, terminal, ...words));
      });
  const remote = (added: Command): Command =>
    added
      .option('--url <url>', 'a gateway by its address, instead of by its configuration', once('--url'))
      .option(
        '--token <token>',
        'bearer token; better set SWITCHYARD_TOKEN, which no process list shows',
        once('--token'),
      );

  command(
    'serve',
    'Serve the configured MCP servers, in the foreground.',
    async () => (await import('./commands/serve.ts')).serve,
  )
    .option('-p, --port <number>', 'port to listen on, 0 for any free one', port)
    .option('--no-watch', 'reload only when told to: switchyard reload, SIGHUP')
    // What `stdio` starts.
    .addOption(new Option('--detached', 'on Unix sockets only, until nobody uses it').hideHelp());
  command(
    'stdio',
    'Serve on stdin and stdout, for clients that start a server: by the running gateway, else by a new one.',
    async () => (await import('./commands/stdio.ts')).stdio,
  );
  command(
    'stop',
    'Stop the running gateway, and wait until it is gone.',
    async () => (await import('./commands/stop.ts')).stop,
  );
  remote(
    command(
      'reload',
      'Have the running gateway read its configuration again, and show what that changes.',
      async () => (await import('./commands/reload.ts')).reload,
    )
      .option('--dry-run', 'show it, and change nothing')
      .option('--expect <revision>', 'only if this revision is in force', once('--expect')),
  );
  remote(
    command(
      'status',
      'Show what the running gateway and its servers do.',
      async () => (await import('./commands/status.ts')).status,
    )
      .argument('[servers...]', 'with all that is known of these')
      .addOption(
        new Option('-o, --output <format>', 'wide: with all that is known of each server')
          .choices(['table', 'wide'])
          .default('table'),
      ),
  );
  remote(
    command('list', 'List what the servers offer.', async () => (await import('./commands/list.ts')).list)
      .alias('ls')
      .argument('[kind]', 'tools, resources or prompts', 'tools'),
  );
  remote(
    command('call', 'Call a tool.', async () => (await import('./commands/call.ts')).call)
      .argument('<tool>', 'its name, as list shows it')
      .argument('[arguments...]', "name=value by the tool's schema, name:=json as JSON")
      .option('--args <json>', 'all arguments as one JSON object; - reads it from stdin', once('--args')),
  );
  remote(
    command(
      'plugins',
      'Show the plugins of the running gateway.',
      async () => (await import('./commands/plugins.ts')).plugins,
    ).option('--tree', 'with what each needs, provides, contributes and holds'),
  );
  command(
    'explain',
    'Explain an error: why it happens, and what to do.',
    async () => (await import('./commands/explain.ts')).explain,
  ).argument('[code]', 'SWY-E206, 206 or UPSTREAM_EXITED; without it, all are listed');
  const config = program.command('config').description('Look at the configuration.');
  command(
    'validate',
    'Check the configuration without starting anything.',
    async () => (await import('./commands/config-validate.ts')).configValidate,
    config,
  );
  return program;
}

/** A flag that is given twice is a slip, and which of the two was meant is not ours to guess. */
function once(flag: string): (value: string, previous: string | undefined) => string {
  return (value, previous) => {
    if (previous !== undefined) throw new InvalidArgumentError(`${flag} is given twice`);
    return value;
  };
}

function port(value: string, previous: number | undefined): number {
  if (previous !== undefined) throw new InvalidArgumentError('--port is given twice');
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return Number(value);
}

/** Commander's `error: unknown option '--prot'\n(Did you mean --port?)` in our shape. */
function usage(message: string): SwitchyardError {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.*)\?\)/.exec(hint ?? '')?.[1];
  const what = first.replace(/\.$/, '');
  return new SwitchyardError('USAGE', {
    what: suggestion === undefined ? what : `${what} — did you mean ${suggestion}?`,
  });
}
