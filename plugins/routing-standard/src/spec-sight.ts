import {
  type Call,
  type CatalogSnapshot,
  type Entry,
  parsePayload,
  type Payload,
  payloadOf,
  type Route,
  type Servers,
  type ServerPhase,
  type ServerView,
} from '@switchyard/plugin-api';
import { Subject } from 'rxjs';

/** A call as an endpoint makes it. */
export function callOf(
  method: string,
  more: { readonly name?: string; readonly params?: object | Payload } = {},
): Call {
  const { name, params } = more;
  return {
    id: 'call-1',
    method,
    principal: 'local',
    audience: 's1',
    client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: false,
    ...(name === undefined ? {} : { name }),
    ...(params === undefined ? {} : { params: 'bytes' in params ? (params as Payload) : payloadOf(params) }),
  };
}

const entryOf = (kind: Entry['kind'], server: string, own: string, publicName: string): Entry => ({
  kind,
  server,
  publicName,
  definition: { name: own, bytes: new Uint8Array(), nameAt: { start: 0, end: 0 } },
});

/** A catalog of one tool, prompt, resource and template of the server `files`, and of whoever else is `known`. */
export function snapshotOf(...known: readonly string[]): CatalogSnapshot {
  const resource = entryOf('resources', 'files', 'file:///a', 'file:///a');
  const template = entryOf('resourceTemplates', 'files', 'file:///{+path}', 'file:///{+path}');
  return {
    revision: 1,
    entries: () => [],
    resolve: (kind, name) =>
      name === `files__${kind}` ? entryOf(kind, 'files', `own ${kind}`, `files__${kind}`) : undefined,
    resolveUri: (uri) => (uri === 'file:///a' ? resource : uri.startsWith('file:') ? template : undefined),
    page: (kind, cursor) =>
      cursor === undefined || cursor === 'next' ? payloadOf({ kind, cursor, known }) : undefined,
    nearest: (kind, name, count) =>
      name.startsWith('f') ? [`files__${kind}`, 'b', 'c', 'd'].slice(0, count) : [],
    counts: () => ({ tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 }),
    knows: (server) => server === 'files' || known.includes(server),
    instructions: undefined,
    problems: [],
  };
}

/** Servers in these phases, whose `listed` ends when `settle` is called. */
export function serversIn(phases: Readonly<Record<string, ServerPhase>>): Pick<Servers, 'list' | 'listed'> & {
  readonly changes$: Subject<ServerView>;
  phases: Readonly<Record<string, ServerPhase>>;
  readonly asked: (readonly (number | undefined)[])[];
  looks: number;
  settle(how?: 'failed'): void;
} {
  let pending: { resolve(): void; reject(error: Error): void }[] = [];
  const servers = {
    phases,
    asked: [] as (readonly (number | undefined)[])[],
    looks: 0,
    changes$: new Subject<ServerView>(),
    list: () => {
      servers.looks++;
      return Object.entries(servers.phases).map(
        ([name, phase]) => ({ name, phase }) as unknown as ServerView,
      );
    },
    listed: (ms: number, quietMs?: number) => {
      servers.asked.push([ms, quietMs]);
      return new Promise<void>((resolve, reject) => pending.push({ resolve, reject }));
    },
    settle: (how?: 'failed') => {
      for (const one of pending) {
        if (how === 'failed') one.reject(new Error('of the supervisor'));
        else one.resolve();
      }
      pending = [];
    },
  };
  return servers;
}

/** What the gateway answers by a route, or where the route goes. */
export function told(route: Route): unknown {
  if (route.kind === 'server') return route;
  const { outcome } = route;
  if (outcome.kind === 'result') return parsePayload(outcome.result);
  return outcome.kind === 'error' ? { ...outcome, error: parsePayload(outcome.error) } : outcome;
}
