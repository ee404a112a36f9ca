import { causeOf, type DesiredServer } from '@switchyard/connection';
import { SwitchyardError, type CatalogServer, type Clock, type Log, type Wire } from '@switchyard/plugin-api';
import type { Configuration, ServerConfiguration } from './configuration/index.ts';
import type { OwnedTransport } from './roles.ts';

/** What a server's wires need beside its entry. */
export interface PlanContext {
  readonly transports: readonly OwnedTransport[];
  /** Whether a server's lists are remembered. */
  readonly knows: (server: string) => boolean;
  readonly folder: string;
  readonly runId: string;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The servers that a configuration asks for, each with its transport. A server that cannot be has a problem instead. */
export function planServers(configuration: Configuration, context: PlanContext): readonly DesiredServer[] {
  return configuration.servers.map((server) => planServer(server, context));
}

/** The same servers as the catalog needs them. */
export function planCatalog(configuration: Configuration): readonly CatalogServer[] {
  return configuration.servers
    .filter(({ enabled }) => enabled)
    .map(({ name, prefix, digest, where }) => ({
      name,
      digest,
      where,
      ...(prefix !== undefined && { prefix }),
    }));
}

function planServer(server: ServerConfiguration, context: PlanContext): DesiredServer {
  const { name, digest, enabled, sharing } = server;
  // A lazy server whose lists nobody knows would never be called: its first start is to read them.
  const start = server.start === 'lazy' && !context.knows(name) ? 'eager' : server.start;
  const base = {
    name,
    digest,
    where: server.where,
    enabled,
    start,
    reload: server.reload,
    sharing,
    startMs: server.startupTimeoutMs,
    callMs: server.timeoutMs,
    idleMs: server.idleTimeoutMs,
    limits: server.limits,
  };
  const owned = transportFor(server, context.transports);
  const transport = owned?.item.kind ?? server.transport;
  const shown = transport === undefined ? {} : { transport };
  // What is turned off is not looked at: its entry may be wrong for a reason.
  if (!enabled) return { ...base, ...shown, openWire: never };
  try {
    if (server.problem) throw server.problem;
    if (!owned) {
      const kind = server.transport ?? 'none';
      throw new SwitchyardError('PLUGIN_TRANSPORT_MISSING', { server: name, kind }, { where: server.where });
    }
    const { kind, remote = false } = owned.item;
    return { ...base, transport: kind, remote, openWire: wireOpener(server, owned, context) };
  } catch (error) {
    const { problem } = causeOf(error);
    const unopened = (): Wire => {
      throw error;
    };
    return { ...base, ...shown, problem, openWire: unopened };
  }
}

function never(): Wire {
  throw new SwitchyardError('BUG', { what: 'a disabled server was started' });
}

/** By the kind that the entry names, else by the keys that it has. */
function transportFor(
  server: ServerConfiguration,
  transports: readonly OwnedTransport[],
): OwnedTransport | undefined {
  if (server.transport !== undefined) return transports.find(({ item }) => item.kind === server.transport);
  return transports.find(({ item }) => item.keys?.some((key) => key in server.target));
}

/** @throws SERVER_INVALID if the entry is none that the transport takes. */
function wireOpener(
  server: ServerConfiguration,
  { plugin, item: transport }: OwnedTransport,
  context: PlanContext,
): () => Wire {
  const result = transport.target['~standard'].validate(server.target);
  if (result instanceof Promise) {
    throw new SwitchyardError('BUG', { what: `the schema of transport "${transport.kind}" is asynchronous` });
  }
  if (result.issues) {
    const reason = result.issues.map((issue) => `${pathOf(issue)}${issue.message}`).join('; ');
    const where = server.places[keyOf(result.issues[0])] ?? server.where;
    throw new SwitchyardError('SERVER_INVALID', { server: server.name, reason }, { where });
  }
  const { folder, runId, maxMessageBytes, clock } = context;
  const log = context.log.with({ plugin, server: server.name });
  return () =>
    transport.open(result.value, {
      server: server.name,
      where: (key) => server.places[key] ?? server.where,
      doubt: server.doubt,
      folder,
      runId,
      maxMessageBytes,
      clock,
      log,
    });
}

interface Issue {
  readonly path?: readonly unknown[] | undefined;
}

/** The key of the target that an issue is about. */
function keyOf(issue: Issue | undefined): string {
  return keysOf(issue?.path)[0] ?? '';
}

function keysOf(path: Issue['path']): readonly string[] {
  return (path ?? []).map((part) =>
    String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
  );
}

function pathOf({ path }: Issue): string {
  const keys = keysOf(path);
  return keys.length > 0 ? `${keys.join('.')}: ` : '';
}
