import type { Servers, ServerView } from '@switchyard/plugin-api';
import { followServer, newServerRecord, type ServerRecord } from './server-record.ts';

/** How many names of servers that are not configured are remembered until the next `sync`. */
const MAX_STRANGERS = 100;

/** What is counted of each configured server, and of no other. */
export interface ServerRecords {
  /** In the order in which they came up. */
  readonly all: readonly ServerRecord[];
  /** Undefined for a server that is not configured. */
  of(name: string): ServerRecord | undefined;
  /** Takes in what is new of one server. */
  follow(view: ServerView): void;
  /** Takes in what is new of all of them, and forgets those that are not configured any more. */
  sync(views: readonly ServerView[]): void;
}

/** `forgotten`: told of each record that is dropped. */
export function createServerRecords(
  servers: Pick<Servers, 'list'>,
  forgotten: (record: ServerRecord) => void,
): ServerRecords {
  const records = new Map<string, ServerRecord>();
  const strangers = new Set<string>();

  function follow(view: ServerView): ServerRecord {
    let record = records.get(view.name);
    if (record === undefined) {
      record = newServerRecord(view.name);
      records.set(view.name, record);
    }
    followServer(record, view);
    return record;
  }

  /** A server may be called before anything of it changed; the last messages of one that was removed come late. */
  function adopt(name: string): ServerRecord | undefined {
    if (strangers.has(name)) return undefined;
    const view = servers.list().find((server) => server.name === name);
    if (view) return follow(view);
    if (strangers.size < MAX_STRANGERS) strangers.add(name);
    return undefined;
  }

  return {
    get all() {
      return [...records.values()];
    },
    of: (name) => records.get(name) ?? adopt(name),
    follow: (view) => void follow(view),
    sync(views) {
      strangers.clear();
      for (const view of views) follow(view);
      const configured = new Set(views.map(({ name }) => name));
      for (const record of records.values()) {
        if (configured.has(record.name)) continue;
        records.delete(record.name);
        forgotten(record);
      }
    },
  };
}
