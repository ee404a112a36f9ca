import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay } from './relay.ts';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-relay-'));
  server = createServer({ allowHalfOpen: true }).listen(path.join(folder, 'a.sock'));
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** A relay between two streams and the far end of a real socket. */
async function relaying(partingMs?: number) {
  const socket = connect({ path: path.join(folder, 'a.sock'), allowHalfOpen: true });
  const [far] = (await once(server, 'connection')) as [Socket];
  far.on('error', () => {});
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  return { far, stdin, stdout, ended: relay(socket, { stdin, stdout }, partingMs) };
}

describe('a relay', () => {
  it('carries a megabyte both ways as it is, and what comes after the client said no more', async () => {
    const { far, stdin, stdout, ended } = await relaying();
    const bytes = Buffer.alloc(
      1024 * 1024,
      Uint8Array.from({ length: 251 }, (_, i) => i),
    );
    stdin.end(bytes);
    // Not by iterating: that would close its other side too.
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    await once(far, 'end');
    expect(Buffer.compare(Buffer.concat(chunks), bytes)).toBe(0);
    far.end(bytes);
    const back = buffer(stdout);
    expect(await ended).toEqual({ by: 'client' });
    stdout.end();
    expect(Buffer.compare(await back, bytes)).toBe(0);
  });

  it('waits for those answers only so long', async () => {
    const { far, stdin, ended } = await relaying(10);
    stdin.end();
    await once(far.resume(), 'end');
    expect(await ended).toEqual({ by: 'client' });
    far.destroy();
  });

  it('writes slowly to who reads slowly', async () => {
    const { far, stdin, stdout, ended } = await relaying();
    const chunk = Buffer.alloc(1024 * 1024);
    let written = 0;
    while (far.write(chunk)) written += 1;
    expect(written).toBeLessThan(64);
    // More than pipe and socket hold: nobody reads, so it is still to be written.
    for (let i = 0; i < 8; i += 1) far.write(chunk);
    expect(far.writableLength).toBeGreaterThan(chunk.length);
    stdout.resume();
    await once(far, 'drain');
    stdin.end();
    far.end();
    expect(await ended).toEqual({ by: 'client' });
  });

  it('tells an end by the gateway from one by the client', async () => {
    const closed = await relaying();
    closed.far.end();
    expect(await closed.ended).toEqual({ by: 'gateway', reason: 'it closed the connection' });
    expect(closed.stdin.destroyed).toBe(true);

    const gone = await relaying();
    gone.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await gone.ended).toEqual({ by: 'client' });
    gone.far.destroy();
  });
});
