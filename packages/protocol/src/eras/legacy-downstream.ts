import {
  type Call,
  type Client,
  type Outcome,
  type Payload,
  type RpcId,
  LOG_LEVELS,
  payloadOf,
} from '@switchyard/plugin-api';
import { editPayload } from '../edit.ts';
import type { DownstreamEra, FromClient, Message } from '../era.ts';
import type { Frame } from '../frame.ts';
import { errorResponse, notification, request, resultResponse, type Segments } from '../message.ts';
import { idIn, objectIn, recordOr, stringIn, textOr } from '../read.ts';
import { json } from '../value.ts';
import { LATEST_LEGACY, LEGACY_VERSIONS } from './legacy-versions.ts';

/** What the door declares whoever is connected: what is true of this version, no more. */
const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
};

const INVALID_PARAMS = -32602;
/** What a missing resource was until 2025-11-25; since 2026-07-28 it is -32602 with `data.uri`. */
const RESOURCE_NOT_FOUND = -32002;

/** Towards clients of the revisions 2024-11-05 to 2025-11-25. */
export const legacyDownstream: DownstreamEra = {
  read(frame) {
    if (frame.kind === 'response') return { kind: 'answer', id: frame.id!, frame };
    return frame.kind === 'request' ? readRequest(frame) : readNotification(frame);
  },
  welcome(hello, { instructions, ...serverInfo }) {
    const result = { protocolVersion: agreed(hello.protocolVersion), capabilities: CAPABILITIES, serverInfo };
    return resultResponse(hello.id, [
      json(instructions === undefined ? result : { ...result, instructions }),
    ]);
  },
  answer,
  progress: (params, token) =>
    notification('notifications/progress', editPayload(params, { progressToken: json(token) })),
  log: (params) => notification('notifications/message', [params.bytes]),
  updated: (params) => notification('notifications/resources/updated', [params.bytes]),
  listChanged: (list) => notification(`notifications/${list}/list_changed`),
  ask: (id, method, params) => request(id, method, params && [params.bytes]),
  withdrawn: (id) => notification('notifications/cancelled', [json({ requestId: id })]),
};

/** The client's version if we know it, else our latest; the client then decides (2025-11-25, version negotiation). */
function agreed(asked: string): string {
  return LEGACY_VERSIONS.includes(asked) ? asked : LATEST_LEGACY;
}

function readRequest({ id, method, params }: Frame): FromClient {
  if (method === 'initialize') return readHello(id!, params);
  if (method === 'ping') return { kind: 'ping', id: id! };
  if (method === 'logging/setLevel') return readLevel(id!, params);
  const missing = missingIn(method!, params);
  if (missing !== undefined) return { kind: 'invalid', id: id!, reason: missing };
  const name = addressee(method!, params);
  const progressToken = idIn(params, '_meta.progressToken');
  return { kind: 'call', id: id!, call: { method: method!, params, name }, progressToken };
}

function readHello(id: RpcId, params: Payload | undefined): FromClient {
  const protocolVersion = stringIn(params, 'protocolVersion');
  if (params === undefined || protocolVersion === undefined) {
    return { kind: 'invalid', id, reason: 'initialize needs a string "protocolVersion"' };
  }
  const { capabilities, clientInfo } = objectIn(params);
  const info = recordOr(clientInfo, {} as Readonly<Record<string, unknown>>);
  const name = textOr(info['name'], undefined);
  const version = textOr(info['version'], undefined);
  const client: Client = {
    era: 'legacy',
    protocolVersion: agreed(protocolVersion),
    capabilities: recordOr(capabilities, {}),
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
  };
  return { kind: 'hello', id, protocolVersion, client };
}

/** Members of params without which a request cannot be routed; the server checks the rest. */
const REQUIRED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'resources/subscribe': 'uri',
  'resources/unsubscribe': 'uri',
};

function missingIn(method: string, params: Payload | undefined): string | undefined {
  if (method === 'completion/complete') {
    return refPath(params) !== undefined && addressee(method, params) !== undefined
      ? undefined
      : 'completion/complete needs a "ref" of type "ref/prompt" with a name or "ref/resource" with a uri';
  }
  // `Object.hasOwn`: a client may well name a method "constructor".
  const required = Object.hasOwn(REQUIRED, method) ? REQUIRED[method] : undefined;
  if (required === undefined || stringIn(params, required) !== undefined) return undefined;
  return `${method} needs a string "${required}"`;
}

/** The tool, prompt or resource that a request addresses. */
function addressee(method: string, params: Payload | undefined): string | undefined {
  const path =
    method === 'completion/complete'
      ? refPath(params)
      : Object.hasOwn(REQUIRED, method)
        ? REQUIRED[method]
        : undefined;
  return path === undefined ? undefined : stringIn(params, path);
}

function refPath(params: Payload | undefined): string | undefined {
  const type = stringIn(params, 'ref.type');
  if (type === 'ref/prompt') return 'ref.name';
  return type === 'ref/resource' ? 'ref.uri' : undefined;
}

/** A level that is none is -32602 (2025-11-25, logging, error handling). */
function readLevel(id: RpcId, params: Payload | undefined): FromClient {
  const given = params === undefined ? undefined : objectIn(params)['level'];
  const level = LOG_LEVELS.find((known) => known === given);
  return level === undefined
    ? { kind: 'invalid', id, reason: `logging/setLevel needs a "level": one of ${LOG_LEVELS.join(', ')}` }
    : { kind: 'setLevel', id, level };
}

function readNotification({ method, params }: Frame): FromClient {
  if (method === 'notifications/initialized') return { kind: 'ready' };
  if (method === 'notifications/roots/list_changed') return { kind: 'rootsChanged' };
  if (method !== 'notifications/cancelled') return { kind: 'ignored' };
  const id = idIn(params, 'requestId');
  if (params === undefined || id === undefined) {
    return { kind: 'invalid', reason: 'notifications/cancelled needs a "requestId"' };
  }
  return { kind: 'cancel', id, reason: textOr(objectIn(params)['reason'], '') };
}

function answer({ method }: Pick<Call, 'method'>, id: RpcId, outcome: Outcome): Message | undefined {
  switch (outcome.kind) {
    case 'result':
      return resultResponse(id, [outcome.result.bytes]);
    case 'error':
      return errorResponse(
        id,
        method === 'resources/read' ? readError(outcome.error) : [outcome.error.bytes],
      );
    case 'suspended':
      return errorResponse(id, [UNASKABLE.bytes]);
    case 'cancelled':
      return undefined;
  }
}

/** No call of this era says `canSuspend`; whoever suspends it nevertheless must not leave the client waiting. */
const UNASKABLE = payloadOf({
  code: -32603,
  message: 'the server asks for something that this client cannot be asked',
});

function readError(error: Payload): Segments {
  if (idIn(error, 'code') !== INVALID_PARAMS) return [error.bytes];
  const data = recordOr(objectIn(error)['data'], undefined);
  if (typeof data?.['uri'] !== 'string') return [error.bytes];
  return editPayload(error, { code: json(RESOURCE_NOT_FOUND) });
}
