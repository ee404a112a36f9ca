import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';
import { createGateway, systemClock } from '@switchyard/gateway';
import { effectivePlugins, loadConfiguration, type Configuration } from '@switchyard/gateway/configuration';
import type { GlobalFlags } from '../flags.ts';
import { configurationFile } from '../configuration-file.ts';
import { defaultPlugins } from '../default-plugins.ts';
import { createLog } from '../log.ts';
import { firstSignal } from '../first-signal.ts';
import { jsonAnnouncer, textAnnouncer } from '../announcer.ts';
import { watchProcesses } from '../server-processes.ts';
import { stateDir } from '../state-dir.ts';
import { strayErrors } from '../stray-errors.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { whenSettled } from '../when-settled.ts';

/** How long the first table waits for servers that take their time. */
const SETTLE_MS = 5_000;

/** Serves until SIGINT or SIGTERM, then ends in order. A second signal ends at once, by its default action, servers too. */
export async function serve(
  flags: GlobalFlags & { readonly port?: number },
  terminal: Terminal,
): Promise<number> {
  const { env } = terminal;
  const file = configurationFile(flags, terminal);
  const configuration = await loadConfiguration({ file, env });
  const folder = stateDir(
    { ...(flags.stateDir === undefined ? {} : { flag: flags.stateDir }), configuration: file },
    terminal,
  );
  const defaults = defaultPlugins(configuration, {
    stateDir: folder,
    ...(flags.port === undefined ? {} : { port: flags.port }),
  });

  const log = createLog({
    level: configuration.logging.level,
    json: flags.json === true || !terminal.err.interactive,
    write: terminal.tell,
    now: Date.now,
  });
  const gateway = createGateway({
    configuration,
    plugins: effectivePlugins(defaults, configuration),
    pluginFallback: fileURLToPath(new URL('..', import.meta.url)),
    version: version(),
    // For tests: waits of the gateway's own are that many times shorter.
    clock: systemClock(Number(env['SWITCHYARD_TIME_SCALE'] ?? 1) || 1),
    log,
  });
  const processes = watchProcesses(gateway.servers);
  const interrupted = firstSignal(process, processes.kill);
  const strayed = strayErrors(process, log);
  await gateway.start();

  const announcer = flags.json ? jsonAnnouncer(terminal) : textAnnouncer(terminal);
  await announcer.listening(gateway, configuration, performance.now());
  const watching = gateway.servers.changes$.subscribe((server) => announcer.changed(server));
  void whenSettled(gateway.servers, selfStarting(configuration), {
    clock: systemClock(),
    ms: SETTLE_MS,
  }).then(() => announcer.settled(gateway));

  const exitCode = await Promise.race([interrupted.then(() => 0), strayed.then(() => 1)]);
  // The unrest of stopping servers is no news.
  watching.unsubscribe();
  announcer.stopping();
  await gateway.stop();
  announcer.stopped(gateway.status().ledger);
  return exitCode;
}

function selfStarting({ servers }: Configuration): ReadonlySet<string> {
  const own = servers.filter(
    ({ enabled, problem, start }) => enabled && problem === undefined && start === 'eager',
  );
  return new Set(own.map(({ name }) => name));
}
