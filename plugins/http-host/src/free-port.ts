import { createServer, type AddressInfo } from 'node:net';

const NEIGHBOURS = 20;

/** A port that is free now on `host`: one of the next after `taken`, else any. For a suggestion, not a promise. */
export async function freePort(host: string, taken: number): Promise<number> {
  for (let port = taken + 1; port <= Math.min(taken + NEIGHBOURS, 65_535); port += 1) {
    if ((await tryPort(host, port)) !== undefined) return port;
  }
  return (await tryPort(host, 0)) ?? 0;
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => resolve(found));
    });
  });
}
