import { nearestWord } from '@switchyard/gateway/configuration';
import { SwitchyardError, type ServerView, type Status } from '@switchyard/plugin-api';
import type { RemoteFlags } from '../flags.ts';
import { catalogProblemLines, problemLines } from '../error-report.ts';
import { readStatus } from '../read-status.ts';
import { findRunning } from '../running.ts';
import { serverDetails } from '../server-details.ts';
import { mark, needsAttention, phaseWord } from '../server-lines.ts';
import { table } from '../table.ts';
import type { Side, Terminal } from '../terminal.ts';
import { counted, lasting } from '../words.ts';

/**
 * Prints what the running gateway says of itself; it never connects to a server to find out. Of servers that are named,
 * or of all with `-o wide`, it prints all that is known.
 * @throws SERVER_UNKNOWN, NOT_RUNNING, GATEWAY_UNREACHABLE, ADMIN_TOKEN_REQUIRED.
 */
export async function status(
  flags: RemoteFlags & { readonly output?: 'table' | 'wide' },
  terminal: Terminal,
  names: readonly string[] = [],
): Promise<number> {
  const running = await findRunning(flags, terminal);
  const whole = await readStatus(
    flags.token === undefined ? running : { ...running, adminToken: flags.token },
  );
  const snapshot = names.length === 0 ? whole : only(names, whole);
  if (flags.json) {
    terminal.print(JSON.stringify(snapshot));
    return 0;
  }
  const now = Date.now();
  const details = snapshot.servers.flatMap((server) => ['', ...serverDetails(server, now, terminal.out)]);
  if (names.length > 0) {
    const lines = [...details.slice(1), ...catalogLines(snapshot.problems, terminal.out.paint)];
    terminal.print(lines.join('\n'));
  } else {
    const isWide = flags.output === 'wide';
    const lines = statusLines(snapshot, terminal.out, now, isWide ? details : undefined);
    terminal.print(lines.join('\n'));
  }
  return 0;
}

function only(names: readonly string[], snapshot: Status): Status {
  const known = snapshot.servers.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const meant = nearestWord(stranger, known);
    const all = `the servers are: ${known.join(', ') || 'none'}`;
    const remedy = meant === undefined ? all : `switchyard status ${meant}        ${all}`;
    throw new SwitchyardError('SERVER_UNKNOWN', { server: stranger, known: '' }, { remedy });
  }
  return {
    ...snapshot,
    servers: snapshot.servers.filter(({ name }) => names.includes(name)),
    problems: snapshot.problems.filter(({ server }) => names.includes(server)),
  };
}

/**
 * @param now milliseconds since 1970
 * @param details what is shown instead of the problems that servers have
 */
export function statusLines(
  snapshot: Status,
  { columns, paint }: Pick<Side, 'columns' | 'paint'>,
  now: number,
  details?: readonly string[],
): readonly string[] {
  const { version, pid, uptimeMs, revision, endpoints, servers, problems, ledger } = snapshot;
  const facts = [
    `up ${lasting(uptimeMs)}`,
    `pid ${pid}`,
    `rev ${revision}`,
    `${counted(ledger.inFlight, 'call')} in flight`,
  ];
  const attention = servers.filter(needsAttention);
  return [
    `${paint.bold(`switchyard ${version}`)}  ${facts.join('  ')}`,
    ...endpoints.map(({ kind, url }) => `${kind}  ${url ?? ''}`.trimEnd()),
    '',
    ...serverTable(servers, columns, now, paint),
    ...(servers.some(({ remembered }) => remembered) ? ['  * remembered from an earlier run'] : []),
    ...(details ??
      attention.flatMap(({ problem }) =>
        problem === undefined ? [] : ['', ...problemLines(problem, paint, '')],
      )),
    ...catalogLines(problems, paint),
  ];
}

function catalogLines(problems: Status['problems'], paint: Side['paint']): readonly string[] {
  if (problems.length === 0) return [];
  return ['', ...problems.flatMap((problem) => catalogProblemLines(problem, paint))];
}

function serverTable(
  servers: readonly ServerView[],
  width: number,
  now: number,
  paint: Side['paint'],
): readonly string[] {
  if (servers.length === 0) return ['no servers are configured'];
  const rows = servers.map((server) => [
    server.name,
    phaseWord(server.phase),
    server.transport ?? '–',
    `${server.catalog.tools}${server.remembered ? '*' : ''}`,
    String(server.restarts),
    lasting(now - server.since),
    note(server, now),
  ]);
  const columns = [
    { title: 'SERVER', flexible: true },
    { title: 'STATE' },
    { title: 'TRANSPORT' },
    { title: 'TOOLS', right: true },
    { title: 'RESTARTS', right: true },
    { title: 'SINCE' },
    { title: 'NOTE', flexible: true },
  ];
  const [head = '', ...lines] = table(columns, rows, width - 2);
  return [
    `  ${paint.dim(head)}`,
    ...lines.map((line, index) => `${mark(servers[index]!.phase, paint)} ${line}`),
  ];
}

function note(server: ServerView, now: number): string {
  const { problem, retryAt, phase, inFlight } = server;
  const code = needsAttention(server) ? problem?.code : undefined;
  const next = retryAt === undefined ? undefined : `next in ${lasting(retryAt - now + 999)}`;
  if (code !== undefined || next !== undefined) return [code, next].filter(Boolean).join(', ');
  if (phase === 'idle') return 'on first use';
  return inFlight === 0 ? '' : `${counted(inFlight, 'call')} in flight`;
}
