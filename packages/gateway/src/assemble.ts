import { Supervisor, TIMINGS } from '@switchyard/connection';
import {
  routers,
  type Clock,
  type Contributions,
  type Execute,
  type Interceptor,
  type Log,
  type Observer,
  type Random,
  type Router,
  type ServerLists,
} from '@switchyard/plugin-api';
import { FRAME_LIMITS, legacy } from '@switchyard/protocol';
import type { Configuration } from './configuration/index.ts';
import type { HistoryKeeper } from './history/history-keeper.ts';
import type { Ledger } from './ledger.ts';
import { Observation } from './observation.ts';
import { buildPipeline } from './pipeline.ts';
import { maskTexts } from './redaction/mask-view.ts';
import type { Redactor } from './redaction/redactor.ts';
import { interceptorsOf, theOnly } from './roles.ts';
import type { StartBarrier } from './start-barrier.ts';

/** What a call runs through is made of. */
export interface AssemblyParts {
  readonly contributed: {
    readonly observers: Contributions<Observer>;
    readonly interceptors: Contributions<Interceptor>;
    readonly routers: Contributions<Router>;
  };
  /** How the gateway introduces itself to servers. */
  readonly introduction: { readonly name: string; readonly title: string; readonly version: string };
  readonly limits: Configuration['limits'];
  readonly ledger: Ledger;
  readonly barrier: StartBarrier;
  /** What became of servers in earlier runs; undefined without a state directory. */
  readonly history: HistoryKeeper | undefined;
  /** A server's lists were read. */
  readonly onLists: (server: string, lists: ServerLists) => void;
  readonly redact: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Builds what a call runs through: the pipeline, with the router, and the supervisor of the servers behind it. */
export function assemble(parts: AssemblyParts): {
  readonly pipeline: Execute;
  readonly supervisor: Supervisor;
} {
  const { contributed, limits, ledger, history, redact, clock, log } = parts;
  const observation = new Observation(contributed.observers.items, clock, log);
  const observeFrame = observation.frames;
  const supervisor = new Supervisor({
    era: legacy,
    introduction: parts.introduction,
    timings: TIMINGS,
    maxMessageBytes: limits.maxResponseBytes,
    maxDepth: FRAME_LIMITS.maxDepth,
    clock,
    random: parts.random,
    log,
    limits,
    lastSeq: history?.lastSeq,
    earlier: (server) => history?.of(server) ?? [],
    ...(observeFrame && { observeFrame }),
    onLists: (server, lists) => parts.onLists(server, masked(lists, redact)),
  });
  const pipeline = buildPipeline({
    ledger,
    observation,
    interceptors: interceptorsOf(contributed.interceptors),
    router: parts.barrier.before(theOnly(routers, contributed.routers, '@switchyard/routing-standard')),
    gate: (call, sink) => supervisor.execute(call, sink),
    redact,
    log,
  });
  return { pipeline, supervisor };
}

/** What went wrong with a list may be told in the words of the server; the lists themselves are its own. */
function masked(lists: ServerLists, redact: Redactor): ServerLists {
  const { problems } = lists;
  if (!problems) return lists;
  return { ...lists, problems: maskTexts(problems, redact) as NonNullable<typeof problems> };
}
