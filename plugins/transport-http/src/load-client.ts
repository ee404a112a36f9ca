import type { ClientClass } from './socket-pool.ts';

/** Loads the HTTP client; late, so that a gateway without servers at URLs never does. */
export async function loadClient(): Promise<ClientClass> {
  return (await import('undici/lib/dispatcher/client.js')).default;
}
