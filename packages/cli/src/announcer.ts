import type { Configuration, Gateway } from '@switchyard/gateway';
import {
  takesCalls,
  type Log,
  type ReloadResult,
  type ServerView,
  type Status,
} from '@switchyard/plugin-api';
import { banner, snippets } from './banner.ts';
import { catalogProblemLines, errorReport, errorText, warningText } from './error-report.ts';
import { printable } from './printable.ts';
import { planLines, planSummary, reloadReport } from './reload-words.ts';
import { readInstance } from './running.ts';
import { mark, needsAttention, phaseWord, serverLines } from './server-lines.ts';
import type { StdioCommand } from './stdio-command.ts';
import type { Terminal } from './terminal.ts';
import { counted, lasting, shownPath } from './words.ts';

/** Tells whoever started `serve` how it goes. */
export interface Announcer {
  /** Clients can connect. `readyMs`: since the process began. */
  listening(gateway: Gateway, configuration: Configuration, readyMs: number): Promise<void>;
  changed(server: ServerView): void;
  /** The configuration was read again. */
  reloaded(result: ReloadResult): void;
  /** Every server that starts by itself has come up or failed, or has taken too long. */
  settled(gateway: Gateway): void;
  stopping(): void;
  stopped(ledger: Status['ledger']): void;
}

/** One JSON object a line on stdout, for programs. */
export function jsonAnnouncer(terminal: Pick<Terminal, 'print'>): Announcer {
  const told = new Map<string, string>();
  const emit = (event: object): void => terminal.print(JSON.stringify(event));
  const changed = ({ name, phase, problem, catalog }: ServerView): void => {
    const line = {
      event: 'server',
      name,
      phase,
      tools: catalog.tools,
      ...(problem === undefined ? {} : { problem }),
    };
    // Counters of a server change with each call; only what is told here is news.
    const news = JSON.stringify(line);
    if (told.get(name) === news) return;
    told.set(name, news);
    emit(line);
  };
  return {
    async listening(gateway, _configuration, readyMs) {
      const { pid, stateDir } = gateway.status();
      const admin = stateDir === undefined ? undefined : (await readInstance(stateDir))?.admin;
      const status = admin === undefined ? {} : { status: `${admin}/status` };
      emit({
        event: 'listening',
        mcp: urlOf(gateway),
        ...status,
        pid,
        stateDir,
        readyMs: Math.round(readyMs),
      });
      gateway.servers.list().forEach(changed);
    },
    changed,
    reloaded: (result) => emit({ event: 'reload', ...result }),
    settled: () => undefined,
    stopping: () => undefined,
    stopped: (ledger) => emit({ event: 'stopped', ledger }),
  };
}

/** Lines of the log, for a gateway that nobody watches. */
export function logAnnouncer(log: Pick<Log, 'info'>): Announcer {
  return {
    listening(gateway, _configuration, readyMs) {
      log.info('listening', { endpoints: gateway.endpoints, pid: process.pid, readyMs: Math.round(readyMs) });
      return Promise.resolve();
    },
    changed: () => undefined,
    // It is in the log already.
    reloaded: () => undefined,
    settled: () => undefined,
    stopping: () => log.info('stopping'),
    stopped: (ledger) => log.info('stopped', { ...ledger }),
  };
}

/**
 * Lines on stderr, for people: a banner, the servers once they have settled, then a line for each change.
 * @param stdio what a client starts that starts its servers itself.
 */
export function textAnnouncer(terminal: Terminal, stdio: StdioCommand): Announcer {
  const { paint } = terminal.err;
  const told = new Map<string, string>();
  let isSettled = false;
  let isStopping = false;
  const tellAll = (lines: readonly string[]): void => lines.forEach((line) => terminal.tell(line));
  return {
    listening(gateway, configuration, readyMs) {
      const { version, revision } = gateway.status();
      const config =
        configuration.file === undefined ? 'given as text' : shownPath(configuration.file, terminal);
      tellAll(banner({ version, url: urlOf(gateway) ?? 'no HTTP door', readyMs, config, revision }, paint));
      for (const warning of configuration.warnings) {
        const lines = warningText(errorReport(warning), paint).split('\n');
        tellAll([...lines.map((line) => `  ${line}`), '']);
      }
      const url = urlOf(gateway);
      if (url !== undefined) {
        const guarded = configuration.listen.http.tokens !== undefined;
        tellAll(snippets(url, { guarded, stdio }, paint));
      }
      return Promise.resolve();
    },
    changed(server) {
      if (!isSettled || told.get(server.name) === server.phase || isPassing(server)) return;
      told.set(server.name, server.phase);
      terminal.tell(changeLine(server, terminal));
    },
    reloaded(result) {
      if (result.ok && !result.applied) return;
      if (result.ok) {
        const { plan } = result;
        tellAll([
          `  ${paint.green('✓')} reloaded  ${planSummary(plan)}`,
          ...planLines(plan, terminal.err).map((line) => `    ${line}`),
        ]);
        return;
      }
      tellAll(
        [
          ...errorText(reloadReport(result.problem), paint).split('\n'),
          'the configuration before it stays in force',
        ].map((line) => `  ${line}`),
      );
    },
    settled(gateway) {
      // Stopped while it started: there is no table of what is going away.
      if (isStopping) return;
      isSettled = true;
      const servers = gateway.servers.list();
      for (const { name, phase } of servers) told.set(name, phase);
      const { problems } = gateway.catalog.snapshot;
      const attention = servers.filter(needsAttention).length;
      tellAll([
        ...(servers.length === 0 ? ['  no servers are configured'] : serverLines(servers, paint)),
        ...problems.flatMap((problem) => catalogProblemLines(problem, paint).map((line) => `  ${line}`)),
        ...(attention === 0
          ? []
          : [
              '',
              `  ${attention} of ${counted(servers.length, 'server')} need attention   → switchyard status`,
            ]),
        '',
        `  ${paint.dim('Ctrl+C stops it')}`,
      ]);
    },
    stopping() {
      isSettled = false;
      isStopping = true;
      terminal.tell('  stopping …  (again to stop at once)');
    },
    stopped({ answered, cancelled }) {
      const lost = cancelled === 0 ? '' : `, ${cancelled} cancelled`;
      terminal.tell(`  stopped   ${counted(answered, 'call')} answered${lost}`);
    },
  };
}

function urlOf(gateway: Gateway): string | undefined {
  return gateway.endpoints.find(({ kind }) => kind === 'http')?.url;
}

/** On its way to somewhere that will be told. */
function isPassing({ phase }: ServerView): boolean {
  return phase === 'starting' || phase === 'negotiating' || phase === 'stopping';
}

function changeLine(server: ServerView, { err }: Pick<Terminal, 'err'>): string {
  const { name, phase, problem, retryAt, catalog } = server;
  const next = retryAt === undefined ? '' : `  next try in ${lasting(retryAt - Date.now() + 999)}`;
  const what = problem === undefined ? '' : `  ${problem.code} ${printable(problem.message)}`;
  const tools = takesCalls(phase) && catalog.tools > 0 ? `  ${counted(catalog.tools, 'tool')}` : '';
  return `  ${mark(phase, err.paint)} ${printable(name)}  ${phaseWord(phase)}${tools}${what}${next}`;
}
