import type {
  ConnectionView,
  Problem,
  ProcessUsage,
  ServerPhase,
  ServerTransition,
  ServerView,
} from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { globalId } from './global-id.ts';
import { pageOf, type PageArguments } from './page.ts';

/** The input ServerFilter. */
export interface ServerFilter {
  readonly phase?: readonly ServerPhase[] | null;
  readonly transport?: readonly string[] | null;
  readonly search?: string | null;
  readonly hasProblem?: boolean | null;
}

/** Whether a server matches. `phase`: what it is, or what it became. */
export function matchesServer(
  { name, transport, problem, phase }: ServerView,
  filter: ServerFilter | null | undefined,
  became: ServerPhase = phase,
): boolean {
  if (!filter) return true;
  if (filter.phase != null && !filter.phase.includes(became)) return false;
  if (filter.transport != null && (transport === undefined || !filter.transport.includes(transport)))
    return false;
  if (filter.search != null && !name.toLowerCase().includes(filter.search.toLowerCase())) return false;
  return filter.hasProblem == null || filter.hasProblem === (problem !== undefined);
}

interface ServersArguments extends PageArguments {
  readonly filter?: ServerFilter | null;
}

/** The type ServerProcess. */
interface ProcessSource extends Partial<Omit<ProcessUsage, 'residentBytes'>> {
  readonly pid: number;
  readonly startedAt?: number | undefined;
  readonly command?: string | undefined;
  readonly rssBytes?: number;
}

function processOf({ pid, startedAt, usage }: ConnectionView, command?: string): ProcessSource | undefined {
  if (pid === undefined) return undefined;
  return { pid, startedAt, command, ...usage, ...(usage && { rssBytes: usage.residentBytes }) };
}

const ERAS: ReadonlySet<string | undefined> = new Set(['legacy', 'modern']);

export const serverResolvers = {
  Query: {
    server: (_root: unknown, { name }: { name: string }, context: AdminContext) => context.serverNamed(name),
    servers(_root: unknown, { filter, ...page }: ServersArguments, context: AdminContext) {
      const all = context.status().servers;
      const matching = all.flatMap((server, position) => (matchesServer(server, filter) ? [position] : []));
      return pageOf({ list: 'servers', all, matching, keyOf: ({ name }) => name }, page);
    },
  },
  Server: {
    id: ({ name }: ServerView) => globalId('Server', name),
    process: ({ connections: [primary], target }: ServerView) => primary && processOf(primary, target),
    era: ({ era }: ServerView) => (ERAS.has(era) ? era : null),
    implementation: ({ serverInfo }: ServerView) => serverInfo,
    counts: ({ catalog }: ServerView) => catalog,
    history: ({ name, transitions }: ServerView, page: PageArguments) =>
      pageOf(
        {
          list: `history of ${name}`,
          all: transitions,
          keyOf: ({ seq }) => String(seq),
          // The oldest go first: whatever is left came later.
          whenGone: () => 0,
          from: 'end',
        },
        page,
      ),
  },
  Connection: { process: (connection: ConnectionView) => processOf(connection) },
  StateTransition: { earlier: ({ earlier }: ServerTransition) => earlier === true },
  Problem: { hint: ({ remedy }: Problem) => remedy },
} satisfies Record<string, Record<string, (parent: never, ...rest: never[]) => unknown>>;

/** The latest change of phase that came after another. */
export function latestAfter({ transitions }: ServerView, seq: number): ServerTransition | undefined {
  const latest = transitions.at(-1);
  return latest !== undefined && latest.seq > seq ? latest : undefined;
}
