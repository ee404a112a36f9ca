import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';
import { createGateway, openListener, systemClock } from '@switchyard/gateway';
import { effectivePlugins, loadConfiguration, type Configuration } from '@switchyard/gateway/configuration';
import type { Log } from '@switchyard/plugin-api';
import type { GlobalFlags } from '../flags.ts';
import { boundedStop, endSoon } from '../bounded-stop.ts';
import { tuneHeap } from '../tune-heap.ts';
import { configurationFile } from '../configuration-file.ts';
import { defaultPlugins } from '../default-plugins.ts';
import { textLog } from '../log.ts';
import { hasTerminal } from '../has-terminal.ts';
import { logFile } from '../log-file.ts';
import { lateLog } from '../log-late.ts';
import { firstSignal } from '../first-signal.ts';
import { type Announcer, jsonAnnouncer, logAnnouncer, textAnnouncer } from '../announcer.ts';
import { watchProcesses } from '../server-processes.ts';
import { stateDir } from '../state-dir.ts';
import { type StdioCommand, stdioCommand } from '../stdio-command.ts';
import { strayErrors } from '../stray-errors.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { whenSettled } from '../when-settled.ts';
import { type Patience, whenUnused } from '../when-unused.ts';

/** How long the first table waits for servers that take their time. */
const SETTLE_MS = 5_000;

/** A detached gateway ends so long after its last client. SWITCHYARD_IDLE_SECONDS says otherwise, for tests. */
const IDLE_MS = 10 * 60_000;
/** What starts one looks for it for as long. */
const FIRST_CLIENT_MS = 30_000;

/**
 * Serves until SIGINT or SIGTERM, or until its terminal is closed, then ends in order and in bounded time. A second
 * signal ends at once, by its default action, servers too. Detached, it also ends when nobody uses it, and writes to its log file instead of stderr.
 */
export async function serve(
  flags: GlobalFlags & { readonly port?: number; readonly detached?: boolean; readonly watch?: boolean },
  terminal: Terminal,
): Promise<number> {
  tuneHeap();
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
    ...(flags.detached === undefined ? {} : { detached: flags.detached }),
  });

  const plugins = effectivePlugins(defaults, configuration);
  // A detached gateway listens on sockets only. The plugin would say the same, and not know where it stands.
  const open = flags.detached ? undefined : openListener(configuration, plugins);
  if (open) throw open;

  const sink = { write: flags.detached ? logFile(folder) : terminal.tell, now: Date.now };
  const isForPeople = flags.json !== true && terminal.err.interactive;
  // For tests: waits of the gateway's own are that many times shorter.
  const clock = systemClock(Number(env['SWITCHYARD_TIME_SCALE'] ?? 1) || 1);
  const late = isForPeople
    ? undefined
    : lateLog(async () => (await import('../log-json.ts')).jsonLog(sink), textLog(sink));
  const gateway = createGateway({
    configuration,
    plugins,
    pluginFallback: fileURLToPath(new URL('..', import.meta.url)),
    version: version(),
    clock,
    env,
    watch: flags.watch ?? true,
    log: late ?? textLog(sink),
  });
  const { log } = gateway;
  const processes = watchProcesses(gateway.servers);
  const interrupted = firstSignal(process, endSignals(terminal), processes.kill);
  let signal: NodeJS.Signals | undefined;
  void interrupted.then((first) => (signal = first));
  const strayed = strayErrors(process, log);
  // From here to the end: until somebody listens, a SIGHUP ends a process there and then.
  const noHangup = onHangup(terminal, () => void gateway.reload.apply());
  const realClock = systemClock();
  const started = gateway.start();
  const end = async (exitCode: number): Promise<number> => {
    // A start that fails has undone itself, and said why.
    const stop = () => started.catch(() => {}).then(() => gateway.stop());
    const stopCode = await boundedStop({ gateway, stop, clock, realClock, kill: processes.kill });
    noHangup();
    const written = async () => late?.written();
    await written();
    endSoon({ process, log, written, realClock, isInOrder: stopCode === 0 });
    // The end that a closed terminal expects; and Node aborts where it cannot set a terminal back that is gone.
    if (signal === 'SIGHUP') {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    return exitCode || stopCode;
  };
  // Whoever stops it while it starts does not wait until a plugin's patience is over.
  const isUp = await Promise.race([started.then(() => true), interrupted.then(() => false)]);
  if (!isUp) return end(0);

  const stdio = stdioCommand({
    configuration: file,
    ...(flags.stateDir === undefined ? {} : { stateDir: folder }),
  });
  const unused = flags.detached ? [whenUnused(gateway, patience(env), clock).then(() => 0)] : [];
  const announcer = announcerFor(flags, { terminal, log, stdio });
  // First: whoever reads that it listens may order a reload at once.
  const watching = gateway.reloads$.subscribe((result) => announcer.reloaded(result));
  await announcer.listening(gateway, configuration, performance.now());
  watching.add(gateway.servers.changes$.subscribe((server) => announcer.changed(server)));
  void whenSettled(gateway.servers, selfStarting(configuration), {
    clock: realClock,
    ms: SETTLE_MS,
  }).then(() => announcer.settled(gateway));

  const exitCode = await Promise.race([interrupted.then(() => 0), strayed.then(() => 1), ...unused]);
  // The unrest of stopping servers is no news.
  watching.unsubscribe();
  announcer.stopping();
  const finalCode = await end(exitCode);
  announcer.stopped(gateway.status().ledger);
  return finalCode;
}

/** A terminal that closes sends SIGHUP: the end, where there is one to look at. */
function endSignals({ out, err }: Pick<Terminal, 'out' | 'err'>): readonly NodeJS.Signals[] {
  return out.interactive || err.interactive ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}

/**
 * Where no terminal can close, SIGHUP has its other meaning: read the configuration again. A gateway whose output only was
 * sent elsewhere ends with its terminal, as every program does. Returns what takes that back.
 */
function onHangup({ out, err }: Pick<Terminal, 'out' | 'err'>, reload: () => void): () => void {
  if (out.interactive || err.interactive || hasTerminal()) return () => undefined;
  process.on('SIGHUP', reload);
  return () => void process.off('SIGHUP', reload);
}

function announcerFor(
  { detached, json }: { readonly detached?: boolean; readonly json?: boolean },
  { terminal, log, stdio }: { readonly terminal: Terminal; readonly log: Log; readonly stdio: StdioCommand },
): Announcer {
  if (detached) return logAnnouncer(log);
  return json ? jsonAnnouncer(terminal) : textAnnouncer(terminal, stdio);
}

function patience(env: NodeJS.ProcessEnv): Patience {
  const idleMs = Number(env['SWITCHYARD_IDLE_SECONDS'] ?? Number.NaN) * 1000;
  return { firstMs: FIRST_CLIENT_MS, idleMs: idleMs >= 0 ? idleMs : IDLE_MS };
}

function selfStarting({ servers }: Configuration): ReadonlySet<string> {
  const own = servers.filter(
    ({ enabled, problem, start }) => enabled && problem === undefined && start === 'eager',
  );
  return new Set(own.map(({ name }) => name));
}
