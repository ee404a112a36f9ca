import {
  type Call,
  type CatalogKind,
  type Client,
  type Executed,
  type Outcome,
  type Payload,
  payloadOf,
} from '@switchyard/plugin-api';
import { editPayload, type Edits } from '../edit.ts';
import type { Agreement, FromServer, Message, UpstreamEra } from '../era.ts';
import type { Frame } from '../frame.ts';
import { answerResponse, notification, request } from '../message.ts';
import { idIn, objectIn, recordOr, stringIn, textOr } from '../read.ts';
import { json } from '../value.ts';
import { LATEST_LEGACY, SERVER_VERSIONS } from './legacy-versions.ts';

const LIST_METHODS: Readonly<Record<CatalogKind, string>> = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
};

/** The kinds behind each capability of a server. */
const KINDS: Readonly<Record<string, readonly CatalogKind[]>> = {
  tools: ['tools'],
  prompts: ['prompts'],
  resources: ['resources', 'resourceTemplates'],
};

/** What a code says of execution; all others come from a handler that ran. */
const EXECUTED: ReadonlyMap<unknown, Executed> = new Map([
  // Parse error, invalid request, unknown method: it did not begin.
  [-32700, 'no'],
  [-32600, 'no'],
  [-32601, 'no'],
  // Invalid params; but some servers also answer so when a tool has run and its output is not as declared.
  [-32602, 'unknown'],
]);

/** Towards servers of the revisions 2024-11-05 to 2025-11-25. */
export const legacyUpstream: UpstreamEra = {
  hello({ name, title, version, capabilities }, id) {
    const clientInfo = { name, ...(title === undefined ? {} : { title }), version };
    return request(id, 'initialize', [json({ protocolVersion: LATEST_LEGACY, capabilities, clientInfo })]);
  },
  welcome,
  ready: () => notification('notifications/initialized'),
  request: requestOf,
  outcome,
  cancel: (id, reason) => notification('notifications/cancelled', [json({ requestId: id, reason })]),
  list: (kind, cursor, id) =>
    request(id, LIST_METHODS[kind], cursor === undefined ? undefined : [json({ cursor })]),
  lists: (capabilities) =>
    Object.entries(KINDS).flatMap(([name, kinds]) => (recordOr(capabilities[name], false) ? kinds : [])),
  ping: (id) => request(id, 'ping'),
  setLevel: (level, id) => request(id, 'logging/setLevel', [json({ level })]),
  subscribe: (uri, id) => request(id, 'resources/subscribe', [json({ uri })]),
  unsubscribe: (uri, id) => request(id, 'resources/unsubscribe', [json({ uri })]),
  rootsChanged: () => notification('notifications/roots/list_changed'),
  mayAsk,
  reply: answerResponse,
  read,
};

/** Reads an InitializeResult (2025-11-25, lifecycle, initialization), lenient where nothing depends on it. */
function welcome(answer: Frame): Agreement | string {
  if (answer.result === undefined) return errorText(answer);
  const { protocolVersion, capabilities, serverInfo, instructions } = objectIn(answer.result);
  if (typeof protocolVersion !== 'string') return 'its answer to initialize names no protocolVersion';
  if (!SERVER_VERSIONS.includes(protocolVersion)) {
    return `it speaks MCP ${JSON.stringify(textOr(protocolVersion, ''))}, which is not known here`;
  }
  const info = recordOr(serverInfo, {} as Readonly<Record<string, unknown>>);
  return {
    protocolVersion,
    capabilities: recordOr(capabilities, {}),
    serverInfo: { name: textOr(info['name'], 'unknown'), version: textOr(info['version'], 'unknown') },
    ...(typeof instructions === 'string' ? { instructions } : {}),
  };
}

function errorText({ error }: Frame): string {
  const { code, message } = error === undefined ? {} : objectIn(error);
  return `it answered initialize with error ${String(code)}: ${textOr(message, '')}`;
}

/** The client's bytes with two things of ours: the name that this server knows, and our progress token or none. */
function requestOf(call: Call, id: string | number, progressToken?: string | number): Message {
  const { method, name, params } = call;
  const token = progressToken === undefined ? undefined : json(progressToken);
  const path = namePath(call);
  // URIs are never rewritten, and a name that is right already stays as it was written.
  const rename =
    path === undefined || name === undefined || stringIn(params, path) === name ? undefined : path;
  if (params === undefined && token === undefined && rename === undefined) {
    return request(id, method, undefined, name);
  }
  return request(id, method, editPayload(params ?? EMPTY, editsOf(rename, name, token)), name);
}

const EMPTY = payloadOf({});

/** Literals: an object of computed keys for each call would cost as much as scanning it. */
function editsOf(path: NamePath | undefined, name: string | undefined, token: Uint8Array | undefined): Edits {
  switch (path) {
    case undefined:
      return { '_meta.progressToken': token };
    case 'name':
      return { name: json(name), '_meta.progressToken': token };
    case 'ref.name':
      return { 'ref.name': json(name), '_meta.progressToken': token };
  }
}

type NamePath = 'name' | 'ref.name';

function namePath({ method, params }: Call): NamePath | undefined {
  if (method === 'tools/call' || method === 'prompts/get') return 'name';
  if (method !== 'completion/complete') return undefined;
  return stringIn(params, 'ref.type') === 'ref/prompt' ? 'ref.name' : undefined;
}

function mayAsk(method: string, params: Payload | undefined, capabilities: Client['capabilities']): boolean {
  switch (method) {
    case 'sampling/createMessage':
      return recordOr(capabilities['sampling'], undefined) !== undefined;
    case 'roots/list':
      return recordOr(capabilities['roots'], undefined) !== undefined;
    case 'elicitation/create': {
      const elicitation = recordOr(capabilities['elicitation'], undefined);
      if (elicitation === undefined) return false;
      const byUrl = params !== undefined && objectIn(params)['mode'] === 'url';
      // A client that names no mode can show forms (2025-11-25, elicitation, capabilities).
      return byUrl ? 'url' in elicitation : 'form' in elicitation || Object.keys(elicitation).length === 0;
    }
    default:
      return false;
  }
}

function outcome(_call: Call, { result, error }: Frame): Outcome {
  if (result !== undefined) return { kind: 'result', result };
  const executed = EXECUTED.get(idIn(error, 'code')) ?? 'yes';
  return { kind: 'error', error: error!, from: 'upstream', executed };
}

function read(frame: Frame): FromServer {
  const { id, method = '', params } = frame;
  if (id === undefined) return readNotification(frame);
  if (frame.kind === 'response') return { kind: 'response', id, frame };
  if (method === 'ping') return { kind: 'ping', id };
  return { kind: 'ask', id, method, ...(params === undefined ? {} : { params }) };
}

function readNotification({ method, params }: Frame): FromServer {
  switch (method) {
    case 'notifications/tools/list_changed':
      return { kind: 'listChanged', kinds: ['tools'] };
    case 'notifications/prompts/list_changed':
      return { kind: 'listChanged', kinds: ['prompts'] };
    case 'notifications/resources/list_changed':
      return { kind: 'listChanged', kinds: ['resources', 'resourceTemplates'] };
    default:
      return params === undefined ? { kind: 'ignored' } : readAbout(method, params);
  }
}

/** Notifications that say nothing without their params. */
function readAbout(method: string | undefined, params: Payload): FromServer {
  switch (method) {
    case 'notifications/progress': {
      const token = idIn(params, 'progressToken');
      return token === undefined ? { kind: 'ignored' } : { kind: 'progress', token, params };
    }
    case 'notifications/cancelled': {
      const id = idIn(params, 'requestId');
      return id === undefined ? { kind: 'ignored' } : { kind: 'withdrawn', id };
    }
    case 'notifications/message':
      return { kind: 'log', params };
    case 'notifications/resources/updated':
      return { kind: 'updated', params };
    default:
      return { kind: 'ignored' };
  }
}
