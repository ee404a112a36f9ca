import type { Change, Entry } from './scenario.ts';

/** What the configuration file of the simulation says. */
export interface Written {
  readonly servers: ReadonlyMap<string, Entry>;
  /** Servers whose entry is none that can be. */
  readonly bad: ReadonlySet<string>;
  readonly maxProcesses: number | undefined;
  readonly spelling: number;
}

/** The text of a file. */
export function textOf({ servers, bad, maxProcesses, spelling }: Written): string {
  const entries = [...servers].map(([name, entry]) => [
    name,
    bad.has(name) ? { ...entry, timeout: 'soon' } : entry,
  ]);
  const limits = maxProcesses === undefined ? {} : { limits: { maxProcesses } };
  return JSON.stringify({ ...limits, mcpServers: Object.fromEntries(entries) }) + ' '.repeat(spelling);
}

/** What another file says after a change; a text is one that is no configuration, and undefined a file that is gone. */
export function changed(
  written: Written,
  change: Change,
  name: string,
  other: Entry,
): Written | { readonly text: string | undefined } {
  const entry = written.servers.get(name);
  const put = (next: Entry): Written => ({
    ...written,
    servers: new Map(written.servers).set(name, next),
    bad: without(written.bad, name),
  });
  switch (change) {
    case 'nothing':
      return written;
    case 'spelling':
      return { ...written, spelling: (written.spelling % 5) + 1 };
    case 'syntax':
      return { text: '{ "mcpServers": { "s0": { ' };
    case 'unknown_key':
      return { text: JSON.stringify({ mcpServers: {}, tunnels: 3 }) };
    case 'gone':
      return { text: undefined };
    case 'max_processes':
      return { ...written, maxProcesses: written.maxProcesses === undefined ? 3 : undefined };
    case 'bad_entry':
      return entry ? { ...written, bad: new Set(written.bad).add(name) } : written;
    case 'add':
      return put(entry ? { ...entry, enabled: true } : { ...other, enabled: true });
    case 'remove': {
      const servers = new Map(written.servers);
      servers.delete(name);
      return { ...written, servers, bad: without(written.bad, name) };
    }
    default:
      return entry ? put(withChange(entry, change, other)) : written;
  }
}

function withChange(entry: Entry, change: Change, other: Entry): Entry {
  switch (change) {
    case 'version':
      return { ...entry, options: { version: entry.options.version + 1 }, reload: other.reload };
    case 'limits':
      return { ...entry, limits: other.limits };
    case 'timeout':
      return { ...entry, timeout: other.timeout, startupTimeout: other.startupTimeout };
    case 'enabled':
      return { ...entry, enabled: !entry.enabled };
    case 'retry_safe':
      return { ...entry, tools: other.tools };
    case 'breaker':
      return { ...entry, breaker: other.breaker };
    case 'idle': {
      const { idleTimeout, ...rest } = entry;
      return idleTimeout === undefined ? { ...rest, idleTimeout: 2_000 } : rest;
    }
    case 'start':
      return { ...entry, start: other.start };
    case 'sharing':
      return { ...entry, sharing: other.sharing };
    default:
      return entry;
  }
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const left = new Set(names);
  left.delete(name);
  return left;
}
