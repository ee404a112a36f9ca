import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { type Clock, type Log, Secret, type Store, SwitchyardError } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { createHttpHost, type HttpHostParts, type OwnedHttpHost } from './http-host.ts';
import { HttpHostConfig } from './options.ts';

/** Real time, twenty times as fast. */
export const quickClock: Clock = {
  now: () => performance.now() * 20,
  date: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms / 20).unref();
    return () => clearTimeout(timer);
  },
};

/** A log that keeps its lines as text. */
export function keptLog(lines: string[] = []): Log & { readonly lines: string[] } {
  const keep = (message: string, fields?: unknown) =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: keep, info: keep, warn: keep, error: keep, with: () => keptLog(lines) };
}

/** A store in memory, with the versions and conflicts of the real one. */
export function memoryStore(entries = new Map<string, Uint8Array>()): Store {
  const versionOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return {
    folder: '(memory)',
    async get(name) {
      const bytes = entries.get(name);
      return bytes && { bytes, version: versionOf(bytes) };
    },
    async put(name, bytes, expected) {
      const now = entries.get(name);
      const version = now ? versionOf(now) : 'absent';
      if (expected !== undefined && expected !== version)
        throw new SwitchyardError('STORE_CONFLICT', { name });
      entries.set(name, bytes);
      return versionOf(bytes);
    },
    async delete(name) {
      entries.delete(name);
    },
    async list(prefix) {
      return [...entries.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
  };
}

/** The admin token of hosts made by `hostWith`. */
export const ADMIN_TOKEN = 'admin-secret-of-the-tests';

/** A host on a free port with these options. */
export function hostWith(
  options: v.InferInput<typeof HttpHostConfig> = {},
  more: Partial<HttpHostParts> = {},
): OwnedHttpHost & { readonly log: ReturnType<typeof keptLog> } {
  const log = keptLog();
  const parsed = v.parse(HttpHostConfig, { port: 0, ...options });
  const host = createHttpHost({
    options: parsed,
    adminToken: new Secret(ADMIN_TOKEN),
    clock: quickClock,
    log,
    ...more,
  });
  return Object.assign(host, { log });
}

/** Sends bytes as they are and resolves to all that comes back until the far end closes. */
export function raw(url: string, ...parts: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), new URL(url).hostname);
    const chunks: Buffer[] = [];
    socket.on('connect', () => parts.forEach((part) => socket.write(part)));
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset after the answer is the far end's way to say that it reads no more.
    socket.on('error', (error) => (chunks.length > 0 ? undefined : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
