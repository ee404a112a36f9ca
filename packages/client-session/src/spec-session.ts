import { legacy, scan, type FromClient, type Segments } from '@switchyard/protocol';
import { type Client } from '@switchyard/plugin-api';
import { ClientSession } from './client-session.ts';
import { isRequest, readItem } from './incoming.ts';
import { newSessionCounts, SESSION_LIMITS, type SessionLimits } from './limits.ts';
import type { Outlet, Reply, Topic } from './reply.ts';
import { ScriptedDoor } from './scripted-door.ts';

/** A message as a value. */
export const parsed = (message: Segments): unknown => JSON.parse(Buffer.concat(message).toString());

/** A reply that writes down what it is given. */
export class Written implements Reply {
  open = true;
  readonly said: unknown[] = [];
  readonly topics: Topic[] = [];
  /** What ended it: its message, or undefined for none. */
  readonly answers: { readonly message: unknown; readonly status: number }[] = [];
  notify(message: Segments, topic: Topic): void {
    this.said.push(parsed(message));
    this.topics.push(topic);
  }
  answer(message: Segments | undefined, status = 200): void {
    this.answers.push({ message: message && parsed(message), status });
  }
}

/** An outlet that writes down what it is given. */
export class Heard implements Outlet {
  readonly said: unknown[] = [];
  readonly topics: Topic[] = [];
  notify(message: Segments, topic: Topic): void {
    this.said.push(parsed(message));
    this.topics.push(topic);
  }
}

/** A session at a scripted door. */
export function openSession(
  capabilities: object = { elicitation: {} },
  limits: Partial<SessionLimits> = {},
  door = new ScriptedDoor(),
) {
  const counts = newSessionCounts();
  const outlet = new Heard();
  const client: Client = {
    era: 'legacy',
    protocolVersion: '2025-11-25',
    capabilities: capabilities as Client['capabilities'],
  };
  const session = new ClientSession(
    { door, era: legacy.downstream, limits: { ...SESSION_LIMITS, ...limits }, counts },
    { principal: 'alice', audience: 'spec-1', client },
    outlet,
  );
  /** Says one message as a client would; what expects an answer gets a reply of its own. */
  const say = (message: object, reply = new Written()): Written => {
    const read = readItem(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })), legacy.downstream);
    if (isRequest(read)) session.serve(read, reply);
    else session.hear(read);
    return reply;
  };
  return { session, door, counts, outlet, say };
}

/** What an era makes of a message. */
export function read(text: string): FromClient {
  const scanned = scan(Buffer.from(text));
  if (scanned.kind !== 'frame') throw new Error(`not a message: ${text}`);
  return legacy.downstream.read(scanned.frame);
}
