import type { ReloadPlan, ServerChange } from '@switchyard/plugin-api';
import type { Configuration, ServerConfiguration } from '../configuration/index.ts';
import { differingKeys } from './differing-keys.ts';

/** Of an entry's own: where it stands, and what is said of it. */
const NOT_KEYS: ReadonlySet<string> = new Set([
  'name',
  'where',
  'places',
  'digest',
  'doubt',
  'enabled',
  'problem',
  'target',
]);
/** How the file calls what is read into these. */
const WRITTEN: Readonly<Record<string, string>> = {
  startupTimeoutMs: 'startupTimeout',
  idleTimeoutMs: 'idleTimeout',
  timeoutMs: 'timeout',
};
/** Above the servers: of the file itself, or looked at one by one below. */
const NOT_OTHER: ReadonlySet<string> = new Set([
  'file',
  'folder',
  'envFiles',
  'revision',
  'servers',
  'plugins',
  'places',
  'listen',
  'secrets',
  'warnings',
]);
/** Every connection is opened with it, and those that are open keep it. */
const ONLY_AT_START: ReadonlySet<string> = new Set(['limits.maxResponseBytes']);

/** What changes when `next` counts instead of `current`: names of keys and servers, never a value. Pure. */
export function planReload(current: Configuration, next: Configuration): ReloadPlan {
  const servers = serverChanges(current.servers, next.servers);
  const above = differingKeys(othersOf(current), othersOf(next));
  const tokens = tokenChanges(current, next);
  return {
    from: current.revision,
    to: next.revision,
    servers,
    unchanged: next.servers.length - servers.filter(({ change }) => change !== 'removed').length,
    other: [...above.filter((key) => !ONLY_AT_START.has(key)), ...tokens.inPlace],
    restartNeeded: [
      ...pluginChanges(current, next),
      ...listenChanges(current, next),
      ...tokens.restartNeeded,
      ...above.filter((key) => ONLY_AT_START.has(key)),
    ],
  };
}

/** Whether applying it would change anything. */
export function changesNothing({ servers, other, restartNeeded }: ReloadPlan): boolean {
  return servers.length + other.length + restartNeeded.length === 0;
}

function serverChanges(
  current: readonly ServerConfiguration[],
  next: readonly ServerConfiguration[],
): readonly ServerChange[] {
  const before = new Map(current.map((server) => [server.name, server]));
  const after = new Set(next.map(({ name }) => name));
  return [
    ...next.flatMap((server) => serverChange(before.get(server.name), server) ?? []),
    ...current
      .filter(({ name }) => !after.has(name))
      .map(({ name }): ServerChange => ({ server: name, change: 'removed', keys: [], how: 'drain' })),
  ];
}

function serverChange(
  before: ServerConfiguration | undefined,
  next: ServerConfiguration,
): ServerChange | undefined {
  const { name: server } = next;
  if (!before) return { server, change: 'added', keys: [], how: next.enabled ? 'start' : 'in place' };
  if (before.enabled !== next.enabled) {
    return next.enabled
      ? { server, change: 'enabled', keys: ['enabled'], how: 'start' }
      : { server, change: 'disabled', keys: ['enabled'], how: 'drain' };
  }
  const keys = entryKeys(before, next);
  const isSame = before.digest === next.digest;
  if (isSame && keys.length === 0) return undefined;
  if (isSame || !next.enabled) return { server, change: 'changed', keys, how: 'in place' };
  return { server, change: 'changed', keys, how: howChanged(before, next) };
}

/** What was wrong has no connection; what is wrong gets none, and what runs serves on. */
function howChanged(before: ServerConfiguration, next: ServerConfiguration): ServerChange['how'] {
  if (next.problem) return 'in place';
  return before.problem ? 'start' : next.reload;
}

function entryKeys(before: ServerConfiguration, next: ServerConfiguration): readonly string[] {
  const own = differingKeys(entryOf(before), entryOf(next)).map((key) => WRITTEN[key] ?? key);
  return [...differingKeys(before.target, next.target), ...own];
}

function entryOf(server: ServerConfiguration): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(server).filter(([key]) => !NOT_KEYS.has(key)));
}

function othersOf(configuration: Configuration): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(configuration).filter(([key]) => !NOT_OTHER.has(key)));
}

function pluginChanges(current: Configuration, next: Configuration): readonly string[] {
  // Their order counts, too: plugins are set up in it.
  const named = ({ plugins }: Configuration) =>
    Object.fromEntries(plugins.map(({ name, options }) => [name, options]));
  const names = ({ plugins }: Configuration) => plugins.map(({ name }) => name).join('\n');
  const [before, after] = [named(current), named(next)];
  const keys = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (keys.length === 0 && names(current) !== names(next)) return ['plugins'];
  return keys.map((name) => `plugins.${name}`);
}

function listenChanges(current: Configuration, next: Configuration): readonly string[] {
  const without = ({ listen }: Configuration) => ({ ...listen, http: { ...listen.http, tokens: undefined } });
  return differingKeys(without(current), without(next)).map((key) => `listen.${key}`);
}

/** Whether anybody needs a token at all is settled when the doors open; who has which is not. */
function tokenChanges(current: Configuration, next: Configuration) {
  const before = current.listen.http.tokens ?? {};
  const after = next.listen.http.tokens ?? {};
  const keys = Object.keys({ ...before, ...after })
    .filter((principal) => before[principal]?.reveal() !== after[principal]?.reveal())
    .map((principal) => `listen.http.tokens.${principal}`);
  const isStillGuarded = Object.keys(before).length > 0 === Object.keys(after).length > 0;
  return isStillGuarded ? { inPlace: keys, restartNeeded: [] } : { inPlace: [], restartNeeded: keys };
}
