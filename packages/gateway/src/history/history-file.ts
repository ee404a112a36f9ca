import { createHash } from 'node:crypto';
import { SERVER_PHASES, type ServerTransition } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** Where the entries of the store are. */
export const FOLDER = 'history/';

/** The entry of a server: readable, and its own even where two names are spelt alike. */
export function fileOf(server: string): string {
  const slug = server.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `${FOLDER}${slug.replace(/^-/, 'x-')}-${createHash('sha256').update(server).digest('hex').slice(0, 12)}.json`;
}

const Transition = v.object({
  seq: v.pipe(v.number(), v.safeInteger()),
  from: v.picklist(SERVER_PHASES),
  to: v.picklist(SERVER_PHASES),
  event: v.string(),
  at: v.number(),
  run: v.number(),
  code: v.exactOptional(v.string()),
  cause: v.exactOptional(v.string()),
  exitCode: v.exactOptional(v.number()),
  signal: v.exactOptional(v.string()),
  attempt: v.exactOptional(v.number()),
  retryAt: v.exactOptional(v.number()),
});

const File = v.object({
  /** Raised when an older version could not read what a newer one writes. */
  format: v.literal(1),
  server: v.string(),
  transitions: v.array(Transition),
});

/** What is written for a server. */
export function writeHistory(server: string, transitions: readonly ServerTransition[]): Uint8Array {
  return Buffer.from(JSON.stringify({ format: 1, server, transitions }));
}

/** @throws if it is not what `writeHistory` makes, with a reason for the log */
export function readHistory(bytes: Uint8Array): {
  readonly server: string;
  readonly transitions: readonly ServerTransition[];
} {
  const { server, transitions } = v.parse(File, JSON.parse(Buffer.from(bytes).toString()));
  return { server, transitions: transitions.map((each) => ({ ...each, earlier: true })) };
}
