import type { Readable } from 'node:stream';
import { within } from './within.ts';

/** A line of `serve --json`. */
export interface ServeEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What a gateway said on stdout. */
export interface EventLog {
  readonly events: readonly ServeEvent[];
  /** Lines that are no JSON: there must be none. */
  readonly junk: readonly string[];
  /** The first event, said already or yet to come, that `wanted` is true of; of those after another, where that is given. */
  find(what: string, wanted: (event: ServeEvent) => boolean, after?: ServeEvent): Promise<ServeEvent>;
}

const LONGEST_WAIT_MS = 60_000;

/**
 * Reads the events of a stream, line by line.
 * @param context is added to the message of a wait that was in vain.
 */
export function readEvents(stream: Readable, context: () => string): EventLog {
  const events: ServeEvent[] = [];
  const junk: string[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        events.push(JSON.parse(line) as ServeEvent);
      } catch {
        junk.push(line);
      }
    }
    for (const look of listeners) look();
  });
  const find = (wanted: (event: ServeEvent) => boolean, after: ServeEvent | undefined) =>
    new Promise<ServeEvent>((resolve) => {
      const begin = after === undefined ? 0 : events.indexOf(after) + 1;
      const look = () => {
        const found = events.find((event, index) => index >= begin && wanted(event));
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  return {
    events,
    junk,
    find: (what, wanted, after) => {
      const vain = () =>
        `${what}; said so far: ${events.map((event) => JSON.stringify(event)).join('\n')}\n${context()}`;
      return within(LONGEST_WAIT_MS, vain, find(wanted, after));
    },
  };
}
