import {
  type Call,
  type CatalogKind,
  type CatalogSnapshot,
  failed,
  type Outcome,
  parsePayload,
  type Route,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { listAnswer } from './list-answer.ts';
import type { ListWait } from './list-wait.ts';
import { nameUnknown } from './name-unknown.ts';
import { shown } from './shown.ts';

/** What decides where a call goes. The snapshot is read anew for each: it never changes under a decision. */
export interface Sight {
  readonly snapshot: () => CatalogSnapshot;
  readonly wait: ListWait;
}

/**
 * Where a call goes: one synchronous read of the catalog. Only a list, and a name that nobody knows, may have to wait for
 * servers that were never listed. Never throws.
 * Methods that belong to no server are METHOD_NOT_FOUND here: `ping` and `logging/setLevel` end at the client's session.
 */
export function route(call: Call, { snapshot, wait }: Sight): Route | Promise<Route> {
  switch (call.method) {
    case 'tools/call':
      return orLater({ snapshot, wait }, (now) => byName(call, 'tools', now));
    case 'prompts/get':
      return orLater({ snapshot, wait }, (now) => byName(call, 'prompts', now));
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return orLater({ snapshot, wait }, (now) => byUri(call, now));
    case 'completion/complete':
      return orLater({ snapshot, wait }, (now) =>
        refersToPrompt(call) ? byName(call, 'prompts', now) : byUri(call, now),
      );
    case 'tools/list':
      return toList(call, 'tools', { snapshot, wait });
    case 'prompts/list':
      return toList(call, 'prompts', { snapshot, wait });
    case 'resources/list':
      return toList(call, 'resources', { snapshot, wait });
    case 'resources/templates/list':
      return toList(call, 'resourceTemplates', { snapshot, wait });
    default:
      return refuse(call, new SwitchyardError('METHOD_NOT_FOUND', { method: shown(call.method) }));
  }
}

/** What is not known may belong to a server that is still being started: it is looked up again when that one is there. */
function orLater(
  { snapshot, wait }: Sight,
  lookUp: (snapshot: CatalogSnapshot) => Route,
): Route | Promise<Route> {
  const found = lookUp(snapshot());
  if (found.kind === 'server') return found;
  return wait.begin(snapshot())?.then(() => lookUp(snapshot())) ?? found;
}

function byName(call: Call, kind: 'tools' | 'prompts', snapshot: CatalogSnapshot): Route {
  if (call.name === undefined) return missing(call, 'name');
  const entry = snapshot.resolve(kind, call.name);
  if (entry === undefined) return answer(nameUnknown(call, kind, call.name, snapshot));
  return { kind: 'server', server: entry.server, name: entry.definition.name };
}

/** What a completion is for (2025-11-25, completion, reference types); anything but a prompt is a resource. */
function refersToPrompt({ params }: Call): boolean {
  if (params === undefined) return false;
  try {
    return (
      (parsePayload(params) as { readonly ref?: { readonly type?: unknown } }).ref?.type === 'ref/prompt'
    );
  } catch {
    // The scanner promises balance, not grammar: the server will say what is wrong.
    return false;
  }
}

function byUri(call: Call, snapshot: CatalogSnapshot): Route {
  if (call.name === undefined) return missing(call, 'uri');
  const entry = snapshot.resolveUri(call.name);
  if (entry === undefined)
    return refuse(call, new SwitchyardError('RESOURCE_NOT_FOUND', { uri: shown(call.name) }));
  return { kind: 'server', server: entry.server, name: call.name };
}

function toList(call: Call, kind: CatalogKind, { snapshot, wait }: Sight): Route | Promise<Route> {
  const waiting = wait.begin(snapshot());
  if (waiting === undefined) return answer(listAnswer(call, kind, snapshot()));
  return waiting.then(() => answer(listAnswer(call, kind, snapshot())));
}

function missing(call: Call, member: 'name' | 'uri'): Route {
  const reason = `"${member}" is missing in the parameters, or is no string`;
  return refuse(call, new SwitchyardError('INVALID_PARAMS', { reason, method: call.method }));
}

function refuse(call: Call, error: SwitchyardError): Route {
  return answer(failed(call, error, { executed: 'no', phase: 'routing' }));
}

function answer(outcome: Outcome): Route {
  return { kind: 'answer', outcome };
}
