import type { ServerResponse } from 'node:http';
import {
  type Door,
  type ErrorCode,
  type HttpRequest,
  type RpcId,
  SwitchyardError,
} from '@switchyard/plugin-api';
import {
  greeting,
  invalidParams,
  invalidRequest,
  isRequest,
  readItem,
  SESSION_LIMITS,
  unreadable,
} from '@switchyard/client-session';
import { type Era, type FromClient, type Frame, scan } from '@switchyard/protocol';
import { readEventId } from './event-id.ts';
import { getProblem, type HeaderProblem, postProblem, versionProblem } from './headers.ts';
import type { EndpointOptions } from './options.ts';
import { PostReply } from './post-reply.ts';
import { refuse } from './refusal.ts';
import type { ResponseParts } from './response-parts.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { Turns } from './turns.ts';
import { writeJson } from './write-json.ts';

/** The endpoint, once it has a door to serve. */
export interface Front {
  readonly sessions: Sessions;
  /** One HTTP request to the endpoint's path. */
  handle(request: HttpRequest): Promise<void>;
  /** Ends the sessions of principals whose tokens are none any more; their calls under way are answered so. */
  revoke(principals: ReadonlySet<string>): void;
  /** Refuses new requests from now on and ends the standalone streams; resolves when no request waits for its reply. */
  drain(): Promise<void>;
}

const RETRY_AFTER_MS = 5_000;
const REVOKED = 'its token is none any more';
const ASK_AGAIN =
  'the token of this session was taken away while the call was under way, and it may have been carried out: check before you repeat it with another token';
/** A crowd is over sooner than a drain. */
const RETRY_AFTER_CROWD_MS = 1_000;

/** The HTTP status that goes with an error of the endpoint's own (2025-11-25, transports, session management). */
const STATUS: Partial<Record<ErrorCode, number>> = {
  SESSION_UNKNOWN: 404,
  STREAM_IN_USE: 409,
  SESSION_LIMIT: 503,
  DRAINING: 503,
};

/** From HTTP to calls: the Streamable HTTP transport of the sessions' era (2025-11-25, transports). */
export function createFront(
  door: Door,
  { downstream: era, versions }: Era,
  options: EndpointOptions,
  parts: ResponseParts,
): Front {
  const limits = { ...SESSION_LIMITS, maxInFlight: options.maxInFlightPerSession };
  const sessions = new Sessions(parts, { door, era, limits, counts: parts.counts }, options);
  const turns = new Turns(options, parts.counts);
  // Made once: what refuses a crowd must cost less than what it refuses.
  const crowded = {
    'too many': new SwitchyardError('OVERLOADED', {
      server: 'switchyard',
      limit: options.maxRequestsWaiting,
    }),
    'too much': new SwitchyardError('HTTP_BODIES_LIMIT', { limit: options.maxWaitingBytes }),
  };

  async function post(request: HttpRequest): Promise<void> {
    // Whatever the headers say, a body is read first: who is answered while sending may never see the answer.
    const bytes = await request.body();
    const { response } = request;
    const turn = turns.enter(bytes.length);
    if (typeof turn === 'string')
      return refuse(response, 503, crowded[turn], { retryAfterMs: RETRY_AFTER_CROWD_MS });
    if (turn) {
      parts.waiting.enter();
      await turn;
      parts.waiting.leave();
      const { socket } = request.incoming;
      response.once('close', () => turns.rest(socket));
    }
    // From here on nothing waits, so one session's messages are taken in the order in which their bodies were whole.
    const problem = postProblem(request.incoming.headers, versions);
    if (problem) return refuseFor(problem, response);
    const scanned = scan(bytes);
    switch (scanned.kind) {
      case 'frame':
        return postMessage(request, scanned.frame);
      case 'batch':
        return postBatch(request, scanned.items);
      case 'refused': {
        const { error, id } = unreadable(scanned.refusal);
        return refuse(response, 400, error, { id });
      }
    }
  }

  function postMessage(request: HttpRequest, frame: Frame): void {
    const { incoming, response } = request;
    try {
      const message = era.read(frame);
      if (message.kind === 'hello') return initialize(request, message);
      if (message.kind === 'invalid' && incoming.headers['mcp-session-id'] === undefined) {
        return refuse(response, 400, invalidParams(message.reason), { id: message.id });
      }
      const session = sessionOf(request);
      if (isRequest(message)) {
        assertNotDraining();
        session.talk.serve(message, new PostReply(response, session, parts, 1, false));
      } else {
        session.talk.hear(message);
        response.writeHead(202).end();
      }
    } catch (error) {
      refuseWith(error, response, frame.kind === 'request' ? frame.id : undefined);
    }
  }

  function postBatch(request: HttpRequest, items: readonly Uint8Array[]): void {
    const { incoming, response } = request;
    try {
      const session = incoming.headers['mcp-session-id'] === undefined ? undefined : sessionOf(request);
      if (!session?.talk.acceptsBatches) throw new SwitchyardError('BATCH_REFUSED');
      const messages = items.map((item) => readItem(item, era));
      const expected = messages.filter(isRequest).length;
      if (expected > 0) assertNotDraining();
      const reply = expected > 0 ? new PostReply(response, session, parts, expected, true) : undefined;
      for (const message of messages) {
        if (isRequest(message)) session.talk.serve(message, reply!);
        else session.talk.hear(message);
      }
      if (!reply) response.writeHead(202).end();
    } catch (error) {
      refuseWith(error, response);
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
    writeJson(response, 200, greeting(door, era, hello), { 'Mcp-Session-Id': session.id });
  }

  function get(request: HttpRequest): void {
    const { incoming, response } = request;
    const problem = getProblem(incoming.headers, versions);
    if (problem) return refuseFor(problem, response);
    try {
      const session = sessionOf(request);
      const last = incoming.headers['last-event-id'];
      if (typeof last === 'string' && last !== '') return resume(session, last, response);
      assertNotDraining();
      if (session.listen(response) === 'taken') throw new SwitchyardError('STREAM_IN_USE');
    } catch (error) {
      refuseWith(error, response);
    }
  }

  /**
   * Where there is nothing to come back for any more, a client is told so at once: by 204 if it has all, which ends
   * its attempts; by 400 if the event is none of its session's or its stream is not kept any more.
   */
  function resume(session: Session, last: string, response: ServerResponse): void {
    const id = readEventId(last);
    if (id?.stream === 0) assertNotDraining();
    switch (id ? session.resume(response, id) : 'unknown') {
      case 'resumed':
        return;
      case 'ended':
        response.writeHead(204).end();
        return;
      case 'unknown':
        throw new SwitchyardError('EVENT_UNKNOWN', { id: JSON.stringify(last.slice(0, 40)) });
    }
  }

  function end(request: HttpRequest): void {
    const { incoming, response } = request;
    const problem = versionProblem(incoming.headers, versions);
    if (problem) return refuseFor(problem, response);
    try {
      sessions.end(sessionOf(request), 'the client ended its session');
      response.writeHead(204).end();
    } catch (error) {
      refuseWith(error, response);
    }
  }

  function sessionOf({ incoming, principal }: HttpRequest): Session {
    return sessions.find(incoming.headers['mcp-session-id'], principal);
  }

  function assertNotDraining(): void {
    if (parts.waiting.draining) throw new SwitchyardError('DRAINING', { server: 'switchyard' });
  }

  return {
    sessions,
    async handle(request) {
      // A response that is written to after its client left says so by an event that would end the process.
      request.response.on('error', ignore);
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
    revoke(principals) {
      for (const session of [...sessions]) {
        if (!principals.has(session.talk.principal)) continue;
        parts.counts.sessionsRevoked += 1;
        session.talk.abandon(REVOKED, new SwitchyardError('TOKEN_REQUIRED', {}, { remedy: ASK_AGAIN }));
        sessions.end(session, REVOKED);
      }
    },
    async drain() {
      for (const session of sessions) session.dismiss(parts.limits.retryAfterDrainMs);
      await parts.waiting.drain();
    },
  };
}

function ignore(): void {}

function refuseFor({ status, error }: HeaderProblem, response: ServerResponse): void {
  refuse(response, status, error);
}

/** An error of our own becomes the answer to the request of this id; any other is thrown on. */
function refuseWith(error: unknown, response: ServerResponse, id?: RpcId): void {
  if (!SwitchyardError.is(error) || response.headersSent) throw error;
  const status = STATUS[error.code] ?? 400;
  const busy = status === 503 ? { retryAfterMs: RETRY_AFTER_MS } : {};
  const closing = error.code === 'DRAINING' ? { headers: { Connection: 'close' } } : {};
  refuse(response, status, error, { id, ...busy, ...closing });
}

function methodNotAllowed({ incoming, response }: HttpRequest): void {
  const error = new SwitchyardError(
    'NOT_ACCEPTABLE',
    { reason: `the method ${incoming.method} is not served here` },
    { remedy: 'use POST, GET or DELETE' },
  );
  refuse(response, 405, error, { headers: { Allow: 'POST, GET, DELETE' } });
}
