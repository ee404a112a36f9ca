import type { ServerResponse } from 'node:http';
import {
  type Door,
  type ErrorCode,
  type HttpRequest,
  payloadOf,
  type RpcId,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { type Era, type FromClient, type Frame, type Refusal, scan } from '@switchyard/protocol';
import type { ResponseParts } from './event-stream.ts';
import { getProblem, type HeaderProblem, postProblem, versionProblem } from './headers.ts';
import type { EndpointOptions } from './options.ts';
import { errorMessage, refuse } from './refusal.ts';
import { Reply } from './reply.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { startCall } from './start-call.ts';
import { writeJson } from './write-json.ts';

/** What the endpoint serves with. */
export interface EndpointParts extends ResponseParts {
  readonly era: Era;
  readonly options: EndpointOptions;
}

/** The endpoint, once it has a door to serve. */
export interface Front {
  readonly sessions: Sessions;
  /** One HTTP request to the endpoint's path. */
  handle(request: HttpRequest): Promise<void>;
  /** Refuses new requests from now on and ends the standalone streams; resolves when no request waits for its reply. */
  drain(): Promise<void>;
}

/** An item of a batch that is no message. */
interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
  readonly id: RpcId | undefined;
}

/** The only revision whose clients may send several messages at once (2025-03-26, base protocol, batching). */
const BATCHING_VERSION = '2025-03-26';
const RETRY_AFTER_MS = 5_000;
const EMPTY = payloadOf({});

/** The HTTP status that goes with an error of the endpoint's own (2025-11-25, transports, session management). */
const STATUS: Partial<Record<ErrorCode, number>> = {
  SESSION_UNKNOWN: 404,
  STREAM_IN_USE: 409,
  SESSION_LIMIT: 503,
  DRAINING: 503,
};

/** From HTTP to calls: the Streamable HTTP transport of the sessions' era (2025-11-25, transports). */
export function createFront(door: Door, parts: EndpointParts): Front {
  const { counts, options } = parts;
  const era = parts.era.downstream;
  const { versions } = parts.era;
  const sessions = new Sessions(parts, options, (session) => door.sessionEnded(session));
  const call = {
    door,
    era,
    maxInFlight: options.maxInFlightPerSession,
    refused: () => {
      counts.callsRefused += 1;
    },
  };
  const waiting = new Set<ServerResponse>();
  let drained: (() => void) | undefined;

  async function post(request: HttpRequest): Promise<void> {
    // Whatever the headers say, a body is read first: who is answered while sending may never see the answer.
    const bytes = await request.body();
    // From here on nothing waits, so one session's messages are taken in the order in which their bodies were whole.
    check(request, postProblem(request.incoming.headers, versions), () => {
      const scanned = scan(bytes);
      switch (scanned.kind) {
        case 'frame':
          return postMessage(request, scanned.frame);
        case 'batch':
          return postBatch(request, scanned.items);
        case 'refused': {
          const { error, reason } = scanned.refusal;
          return refuse(request.response, 400, new SwitchyardError(error, { reason }), {
            id: idOf(scanned.refusal),
          });
        }
      }
    });
  }

  function postMessage(request: HttpRequest, frame: Frame): void {
    const message = era.read(frame);
    const id = frame.kind === 'request' ? frame.id : undefined;
    attempt(request.response, id, () => {
      if (message.kind === 'hello') return initialize(request, message);
      if (message.kind === 'invalid' && request.incoming.headers['mcp-session-id'] === undefined) {
        return refuse(request.response, 400, invalidParams(message.reason), { id });
      }
      const session = sessionOf(request);
      if (!expectsAnswer(message)) {
        take(session, message);
        return accepted(request.response);
      }
      assertNotDraining();
      take(session, message, replyTo(request, 1, false));
    });
  }

  function postBatch(request: HttpRequest, items: readonly Uint8Array[]): void {
    attempt(request.response, undefined, () => {
      const session =
        request.incoming.headers['mcp-session-id'] === undefined ? undefined : sessionOf(request);
      if (session?.client.protocolVersion !== BATCHING_VERSION) throw new SwitchyardError('BATCH_REFUSED');
      const messages = items.map(readItem);
      const expected = messages.filter(expectsAnswer).length;
      if (expected > 0) assertNotDraining();
      const reply = expected > 0 ? replyTo(request, expected, true) : undefined;
      for (const message of messages) take(session, message, reply);
      if (!reply) accepted(request.response);
    });
  }

  function readItem(bytes: Uint8Array): FromClient | Unreadable {
    const scanned = scan(bytes);
    switch (scanned.kind) {
      case 'frame':
        return era.read(scanned.frame);
      case 'batch':
        return { kind: 'unreadable', reason: 'a batch holds no batches', id: undefined };
      case 'refused':
        return { kind: 'unreadable', reason: scanned.refusal.reason, id: idOf(scanned.refusal) };
    }
  }

  function initialize(
    { incoming, principal, response }: HttpRequest,
    hello: Extract<FromClient, { kind: 'hello' }>,
  ): void {
    assertNotDraining();
    const given = incoming.headers['mcp-session-id'];
    if (given !== undefined) {
      sessions.find(given, principal);
      throw invalidRequest('this session is initialized already');
    }
    const session = sessions.begin(principal, hello.client);
    const instructions = door.instructions();
    const welcome = era.welcome(hello, {
      ...door.info,
      ...(instructions === undefined ? {} : { instructions }),
    });
    writeJson(response, 200, welcome.segments, { 'Mcp-Session-Id': session.id });
  }

  /** One message of a session. @param reply there if the message expects an answer. */
  function take(session: Session, message: FromClient | Unreadable, reply?: Reply): void {
    switch (message.kind) {
      case 'call':
        return startCall(session, message, reply!, call);
      case 'ping':
        return reply!.answer(
          era.answer({ method: 'ping' }, message.id, { kind: 'result', result: EMPTY })?.segments,
        );
      case 'hello':
        return reply!.answer(errorMessage(invalidRequest('initialize must not be part of a batch'), message));
      case 'unreadable':
        return reply!.answer(errorMessage(invalidRequest(message.reason), message));
      case 'invalid':
        // 200 where it is a request: clients read the error in it, and take any other status for a broken transport.
        return reply!.answer(
          errorMessage(invalidParams(message.reason), message),
          message.id === undefined ? 400 : 200,
        );
      case 'cancel':
        // Of an id that is not in flight: the answer was quicker (2025-11-25, cancellation, timing).
        return session.inFlight.get(message.id)?.cancel(message.reason);
      case 'answer': {
        const { result, error } = message.frame;
        const answer = result ? { result } : error && { error };
        return answer && session.asks.get(message.id)?.(answer);
      }
      case 'setLevel':
        door.setLogLevel(session, message.level);
        return reply!.answer(
          era.answer({ method: 'logging/setLevel' }, message.id, { kind: 'result', result: EMPTY })?.segments,
        );
      case 'rootsChanged':
        return door.rootsChanged(session);
      case 'ready':
        session.ready = true;
        return;
      case 'ignored':
        return;
    }
  }

  function get(request: HttpRequest): void {
    check(request, getProblem(request.incoming.headers, versions), () => {
      assertNotDraining();
      const session = sessionOf(request);
      if (session.listen(request.response) === 'taken') throw new SwitchyardError('STREAM_IN_USE');
    });
  }

  function end(request: HttpRequest): void {
    check(request, versionProblem(request.incoming.headers, versions), () => {
      sessions.end(sessionOf(request), 'the client ended its session');
      request.response.writeHead(204).end();
    });
  }

  function sessionOf({ incoming, principal }: HttpRequest): Session {
    return sessions.find(incoming.headers['mcp-session-id'], principal);
  }

  function replyTo({ response }: HttpRequest, expected: number, batch: boolean): Reply {
    waiting.add(response);
    response.once('close', () => {
      waiting.delete(response);
      if (waiting.size === 0) drained?.();
    });
    return new Reply(response, parts, expected, batch);
  }

  function assertNotDraining(): void {
    if (drained) throw new SwitchyardError('DRAINING', { server: 'switchyard' });
  }

  return {
    sessions,
    async handle(request) {
      // A response that is written to after its client left says so by an event that would end the process.
      request.response.on('error', () => {});
      switch (request.incoming.method) {
        case 'POST':
          return post(request);
        case 'GET':
          return get(request);
        case 'DELETE':
          return end(request);
        default:
          return methodNotAllowed(request);
      }
    },
    async drain() {
      const quiet = new Promise<void>((resolve) => {
        drained = resolve;
      });
      for (const session of sessions) session.endStream();
      if (waiting.size === 0) drained!();
      await quiet;
    },
  };
}

/** Whether a message is a request, or something wrong that is answered like one. */
function expectsAnswer({ kind }: FromClient | Unreadable): boolean {
  return (
    kind === 'call' ||
    kind === 'ping' ||
    kind === 'setLevel' ||
    kind === 'hello' ||
    kind === 'invalid' ||
    kind === 'unreadable'
  );
}

function invalidRequest(reason: string): SwitchyardError {
  return new SwitchyardError('INVALID_REQUEST', { reason });
}

function invalidParams(reason: string): SwitchyardError {
  return new SwitchyardError('INVALID_PARAMS', { reason }, { remedy: 'correct the parameters' });
}

/** The client's own id for what it sent, where that was a request. What is no JSON has none, whatever it looks like. */
function idOf({ error, of, id }: Refusal): RpcId | undefined {
  return error === 'INVALID_REQUEST' && of === 'request' ? id : undefined;
}

/** Serves a request whose headers are as they should be. */
function check({ response }: HttpRequest, problem: HeaderProblem | undefined, serve: () => void): void {
  if (problem) refuse(response, problem.status, problem.error);
  else attempt(response, undefined, serve);
}

/** What `serve` throws of our own errors becomes the answer to the request of this id. */
function attempt(response: ServerResponse, id: RpcId | undefined, serve: () => void): void {
  try {
    serve();
  } catch (error) {
    if (!SwitchyardError.is(error) || response.headersSent) throw error;
    const status = STATUS[error.code] ?? 400;
    const busy = status === 503 ? { retryAfterMs: RETRY_AFTER_MS } : {};
    const closing = error.code === 'DRAINING' ? { headers: { Connection: 'close' } } : {};
    refuse(response, status, error, { id, ...busy, ...closing });
  }
}

function accepted(response: ServerResponse): void {
  response.writeHead(202).end();
}

function methodNotAllowed({ incoming, response }: HttpRequest): void {
  const error = new SwitchyardError(
    'NOT_ACCEPTABLE',
    { reason: `the method ${incoming.method} is not served here` },
    { remedy: 'use POST, GET or DELETE' },
  );
  refuse(response, 405, error, { headers: { Allow: 'POST, GET, DELETE' } });
}
