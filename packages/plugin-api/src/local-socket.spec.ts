import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listenLocally } from './local-socket.ts';

let folder: string;
const servers: Server[] = [];

beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-socket-'))));
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

function server(): Server {
  // Whoever only looks whether somebody is there hangs up at once.
  const made = createServer((socket) => socket.on('error', () => {}).end('hello'));
  servers.push(made);
  return made;
}

async function said(at: string): Promise<string> {
  const socket = connect(at);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

async function closed(one: Server): Promise<void> {
  await new Promise((resolve) => one.close(resolve));
}

/** A server that is killed leaves its socket: nobody listens there any more. */
async function leaveStale(at: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(at)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'close');
  expect((await lstat(at)).isSocket()).toBe(true);
}

describe('a local socket', () => {
  it('is its user’s alone, whatever the folder allows, and goes with its server', async () => {
    await chmod(folder, 0o755);
    const one = server();
    const { path: at, remove } = await listenLocally(one, path.join(folder, 'a.sock'));
    expect(at).toBe(path.join(folder, 'a.sock'));
    expect((await lstat(at)).mode & 0o777).toBe(0o600);
    expect(await said(at)).toBe('hello');
    await closed(one);
    await remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it('replaces what a killed server left', async () => {
    const at = path.join(folder, 'a.sock');
    await leaveStale(at);
    await listenLocally(server(), at);
    expect(await said(at)).toBe('hello');
  });

  it('does not replace one that somebody answers at, nor a file', async () => {
    const at = path.join(folder, 'a.sock');
    await listenLocally(server(), at);
    await expect(listenLocally(server(), at)).rejects.toMatchObject({
      code: 'SOCKET_UNUSABLE',
      message: expect.stringContaining('somebody answers there'),
    });
    expect(await said(at)).toBe('hello');

    const file = path.join(folder, 'b.sock');
    await writeFile(file, 'mine');
    await expect(listenLocally(server(), file)).rejects.toThrow('a file is in the way');
    expect((await lstat(file)).isFile()).toBe(true);
  });

  it('says which folder is not there', async () => {
    await expect(listenLocally(server(), path.join(folder, 'no', 'a.sock'))).rejects.toThrow(
      'its folder is not there',
    );
  });
});

describe('a path that is too long for a socket', () => {
  let deep: string;
  let short: string;
  beforeEach(async () => {
    deep = path.join(folder, 'd'.repeat(120));
    await mkdir(deep);
    const hash = createHash('sha256').update(deep).digest('hex').slice(0, 16);
    short = path.join(tmpdir(), `switchyard-${process.getuid!()}`, hash);
  });

  it('becomes one in a folder of this user’s, which goes with it', async () => {
    const one = server();
    const other = server();
    const first = await listenLocally(one, path.join(deep, 'a.sock'));
    const second = await listenLocally(other, path.join(deep, 'b.sock'));
    expect([first.path, second.path]).toEqual([path.join(short, 'a.sock'), path.join(short, 'b.sock')]);
    expect((await lstat(short)).mode & 0o777).toBe(0o700);
    expect(await said(first.path)).toBe('hello');
    await closed(one);
    await first.remove();
    expect(await said(second.path)).toBe('hello');
    await closed(other);
    await second.remove();
    await expect(lstat(short)).rejects.toThrow('ENOENT');
  });

  it('is refused where the folder is somebody’s link, or others may enter it', async () => {
    await mkdir(path.dirname(short), { mode: 0o700, recursive: true });
    await symlink(folder, short);
    await expect(listenLocally(server(), path.join(deep, 'a.sock'))).rejects.toThrow(`${short} is no folder`);
    await rm(short);

    await mkdir(short);
    await chmod(short, 0o755);
    await expect(listenLocally(server(), path.join(deep, 'a.sock'))).rejects.toThrow('others may enter');
    await rmdir(short);
  });
});
