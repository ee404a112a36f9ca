import type { ServerView, Status } from '@switchyard/plugin-api';
import type { RemoteFlags } from '../flags.ts';
import { problemLines } from '../error-report.ts';
import { printable } from '../printable.ts';
import { readStatus } from '../read-status.ts';
import { findRunning } from '../running.ts';
import { mark, needsAttention, phaseWord } from '../server-lines.ts';
import { table } from '../table.ts';
import type { Side, Terminal } from '../terminal.ts';
import { counted, lasting } from '../words.ts';

/** Prints what the running gateway says of itself; it never connects to a server to find out. */
export async function status(flags: RemoteFlags, terminal: Terminal): Promise<number> {
  const running = await findRunning(flags, terminal);
  const snapshot = await readStatus(
    flags.token === undefined ? running : { ...running, adminToken: flags.token },
  );
  terminal.print(
    flags.json ? JSON.stringify(snapshot) : statusLines(snapshot, terminal.out, Date.now()).join('\n'),
  );
  return 0;
}

/** @param now milliseconds since 1970 */
export function statusLines(
  snapshot: Status,
  { columns, paint }: Pick<Side, 'columns' | 'paint'>,
  now: number,
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
    ...attention.flatMap(({ problem }) =>
      problem === undefined ? [] : ['', ...problemLines(problem, paint, '')],
    ),
    ...(problems.length === 0 ? [] : ['']),
    ...problems.map(
      ({ server, message }) => `${paint.yellow('!')} ${printable(server)}: ${printable(message)}`,
    ),
  ];
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
