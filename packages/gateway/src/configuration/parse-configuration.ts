import { createHash } from 'node:crypto';
import path from 'node:path';
import { Secret, type SwitchyardError } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { KEYS, TopLevel } from './configuration-schema.ts';
import type { Configuration, ListenHttp, PluginSetting, ServerConfiguration } from './configuration.ts';
import { deepFreeze } from './deep-freeze.ts';
import { didYouMean } from './did-you-mean.ts';
import { expander } from './interpolation.ts';
import { describeIssue } from './issue.ts';
import { asksForNothing, FOREIGN_KEYS, LATER_KEYS } from './known-keys.ts';
import { knownSecrets } from './known-secrets.ts';
import { isPlainObject } from './plain-object.ts';
import { readServer, type ServerContext } from './server-entry.ts';
import { pathText, readSourceDocument, type Path, type SourceDocument } from './source-document.ts';

const MAX_SERVERS = 10_000;
/** Variables of ours that open the gateway; servers never get them, and still they must be in no line. */
const OWN_SECRETS = ['SWITCHYARD_ADMIN_TOKEN', 'SWITCHYARD_TOKEN'];
const DEFAULT_LIMITS = { maxProcesses: 256, maxConnections: 2_048, maxResponseBytes: 10 * (1 << 20) };

/** What a text is read with. */
export interface ParseOptions {
  /** Absolute path of the file that the text came from. */
  readonly file?: string;
  /** Absolute folder that relative paths in it are relative to. */
  readonly folder: string;
  /** Where `${VAR}` is looked up. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads a configuration: text in, frozen value out, nothing else touched but the files that `envFile` names.
 * A mistake in one server's entry is that server's `problem`; a mistake anywhere else is thrown, because what it was
 * meant to say about the whole gateway is not known.
 * @throws CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_KEY_NOT_SUPPORTED, CONFIG_INVALID, VARIABLE_MISSING.
 */
export function parseConfiguration(text: string, options: ParseOptions): Configuration {
  const { file, folder, env } = options;
  const source = readSourceDocument(text, file === undefined ? 'configuration' : path.basename(file));
  const warnings: SwitchyardError[] = [];

  for (const at of Object.keys(KEYS)) refuseUnknownKeys(source, at === '' ? [] : at.split('.'));
  const top = checkTop(source);
  checkRelations(top, source);
  const secrets = knownSecrets();
  const envFiles = new Set<string>();
  const context: ServerContext = {
    source,
    folder,
    env,
    warn: (warning) => warnings.push(warning),
    secrets,
    noteFile: (file) => envFiles.add(file),
  };
  for (const name of OWN_SECRETS) secrets.add(env[name] ?? '');
  const plugins = readPlugins(source, top);
  for (const { options } of plugins) secrets.addFrom(options);
  const servers = readServers(context);
  const http = readHttp(top, context);
  return deepFreeze({
    file,
    folder,
    envFiles: [...envFiles],
    revision: createHash('sha256').update(text).digest('hex').slice(0, 8),
    servers,
    plugins,
    places: placesBelow(source, ['listen', 'http']),
    listen: {
      http,
      ...(top.listen?.admin === undefined ? {} : { admin: top.listen.admin }),
    },
    limits: { ...DEFAULT_LIMITS, ...top.limits },
    logging: { level: top.logging?.level ?? 'warn', levels: top.logging?.levels ?? {} },
    secrets: secrets.list,
    warnings,
  });
}

function refuseUnknownKeys(source: SourceDocument, at: Path): void {
  const known = KEYS[pathText(at)]!;
  const object = at.reduce<unknown>(
    (value, key) => (isPlainObject(value) ? value[key] : undefined),
    source.value,
  );
  // Another kind of value is the schema's business.
  if (!isPlainObject(object)) return;
  for (const key of source.keys(at)) {
    if (known.includes(key)) continue;
    const full = pathText([...at, key]);
    if (!LATER_KEYS.has(full)) {
      const remedy = FOREIGN_KEYS.get(full);
      throw source.error(
        'CONFIG_UNKNOWN_KEY',
        [...at, key],
        { key: full, suggestion: remedy === undefined ? didYouMean(key, known) : '' },
        remedy === undefined ? {} : { remedy },
      );
    }
    if (!asksForNothing(object[key])) {
      throw source.error('CONFIG_KEY_NOT_SUPPORTED', [...at, key], { key: full });
    }
  }
}

function checkTop(source: SourceDocument): TopLevel {
  const checked = v.safeParse(TopLevel, source.value, { abortEarly: true });
  if (checked.success) return checked.output;
  const { path: at, reason } = describeIssue(checked.issues[0]);
  throw source.error('CONFIG_INVALID', at, { key: pathText(at), reason });
}

/** Every process has a connection, so that a higher number of processes would never be reached. */
function checkRelations({ limits }: TopLevel, source: SourceDocument): void {
  const { maxProcesses, maxConnections } = limits ?? {};
  if (maxProcesses === undefined || maxConnections === undefined || maxProcesses <= maxConnections) return;
  const at = ['limits', 'maxProcesses'];
  const reason = `${maxProcesses} is more than limits.maxConnections, ${maxConnections}, and each process has a connection`;
  throw source.error('CONFIG_INVALID', at, { key: pathText(at), reason });
}

/** Both spellings of the map, merged: VS Code writes `servers`, everybody else `mcpServers`. */
function readServers(context: ServerContext): readonly ServerConfiguration[] {
  const { source } = context;
  const groups = source.keys([]).filter((key) => key === 'mcpServers' || key === 'servers');
  const places = groups.flatMap((group) => source.keys([group]).map((name) => [group, name] as const));
  if (places.length > MAX_SERVERS) {
    const reason = `${places.length} servers; at most ${MAX_SERVERS} are possible`;
    throw source.error('CONFIG_INVALID', [groups[0]!], { key: groups.join(' and '), reason });
  }
  const seen = new Map<string, Path>();
  const folded = new Map<string, string>();
  return places.map(([group, name]) => {
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      const reason = `a server of this name is also at ${source.line(earlier)}`;
      throw source.error('CONFIG_INVALID', [group, name], { key: pathText([group, name]), reason });
    }
    seen.set(name, [group, name]);
    const entries = source.value[group] as Readonly<Record<string, unknown>>;
    const server = readServer(name, [group, name], entries[name], context);
    if (!server.enabled) return server;
    const twin = folded.get(name.toLowerCase());
    folded.set(name.toLowerCase(), twin ?? name);
    if (twin === undefined || server.problem !== undefined) return server;
    // Whoever reads "Files" for "files", a model or a file system, would take one for the other.
    const reason = `differs from "${twin}" at ${source.line(seen.get(twin)!)} in upper and lower case only`;
    return { ...server, problem: source.error('SERVER_INVALID', [group, name], { server: name, reason }) };
  });
}

function readPlugins(source: SourceDocument, top: TopLevel): readonly PluginSetting[] {
  const { plugins } = top;
  if (plugins === undefined) return [];
  if (!Array.isArray(plugins)) {
    return source.keys(['plugins']).map((name) => ({
      name,
      options: plugins[name] ?? true,
      where: source.line(['plugins', name]),
    }));
  }
  return plugins.map((item, index) => {
    const [name, options] = typeof item === 'string' ? [item] : item;
    return { name, options: options ?? true, where: source.line(['plugins', index]) };
  });
}

/** Where the keys of the object at a path stand. */
function placesBelow(source: SourceDocument, at: Path): Readonly<Record<string, string>> {
  const paths = source.keys(at).map((key) => [...at, key]);
  return Object.fromEntries(paths.map((path) => [pathText(path), source.place(path)]));
}

function readHttp(top: TopLevel, { source, env, warn, secrets }: ServerContext): ListenHttp {
  const http = top.listen?.http;
  if (http === undefined || http === true) return {};
  const { tokens, ...rest } = http;
  if (tokens === undefined) return rest;

  const owners = new Map<string, string>();
  for (const [principal, written] of Object.entries(tokens)) {
    const at = ['listen', 'http', 'tokens', principal];
    const key = pathText(at);
    const token = expander(key, env, secrets.addVariable)(written, source.place(at));
    // A variable that is set to nothing would open the door to everybody.
    if (token.trim() === '') throw source.error('CONFIG_INVALID', at, { key, reason: 'the token is empty' });
    const owner = owners.get(token);
    if (owner !== undefined) {
      throw source.error('CONFIG_INVALID', at, { key, reason: `has the same token as "${owner}"` });
    }
    owners.set(token, principal);
    secrets.add(token);
    if (token === written) warn(source.error('CONFIG_SECRET_LITERAL', at, { key }));
  }
  const named = [...owners].map(([token, principal]) => [principal, new Secret(token)] as const);
  return { ...rest, tokens: Object.fromEntries(named) };
}
