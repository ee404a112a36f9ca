import { createHash } from 'node:crypto';
import { lstat, mkdir, rmdir, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { SwitchyardError } from './errors.ts';

/** Where a server listens that only this user's programs reach. */
export interface LocalSocket {
  /** Of the Unix socket; on Windows the name of a pipe. Not always the path that was asked for. */
  readonly path: string;
  /** Takes away what was made for it. Once the server is closed, which removes the socket itself. Never rejects. */
  remove(): Promise<void>;
}

/** The kernel's field has 104 bytes or more everywhere, and Node cuts what does not fit in silence. */
const MAX_PATH_BYTES = 100;

/**
 * Listens on a Unix socket of mode 0600. A path of more than 100 bytes becomes one in a folder of this user's in the
 * temporary folder. A socket that an earlier run left behind is replaced, one that somebody answers at is not.
 * @param wished absolute; its folder is there.
 * @throws SOCKET_UNUSABLE.
 */
export async function listenLocally(server: Server, wished: string): Promise<LocalSocket> {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\switchyard-${digest(wished)}-${basename(wished)}`;
    await usable(path, () => listening(server, path));
    return { path, remove: () => Promise.resolve() };
  }
  const own = fits(wished) ? undefined : shortFolder(wished);
  const path = own === undefined ? wished : join(own, basename(wished));
  await usable(path, async () => {
    if (own !== undefined) await prepareFolders(own);
    // libuv would call a missing folder forbidden.
    await lstat(dirname(path));
    await removeStale(path);
    await listening(server, path);
  });
  // Somebody else's socket may be in it still; then it stays.
  return { path, remove: () => (own === undefined ? Promise.resolve() : rmdir(own).catch(() => undefined)) };
}

/** `switchyard-<uid>/<16 hex>` where it is short enough: of the wished path's folder, so that its sockets share one. */
function shortFolder(wished: string): string {
  const inner = join(`switchyard-${process.getuid?.() ?? 0}`, digest(dirname(wished)));
  const folders = [tmpdir(), '/tmp'].map((folder) => join(resolve(folder), inner));
  return folders.find((folder) => fits(join(folder, basename(wished)))) ?? folders[0]!;
}

/** The temporary folder is everybody's: what stands there under our name may be somebody else's. */
async function prepareFolders(folder: string): Promise<void> {
  for (const each of [dirname(folder), folder]) {
    await mkdir(each, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // Not `stat`: a link would lead to wherever its maker likes.
    const found = await lstat(each);
    if (!found.isDirectory()) throw new Error(`${each} is no folder`);
    if (found.uid !== process.getuid?.()) throw new Error(`${each} belongs to somebody else`);
    if ((found.mode & 0o077) !== 0) throw new Error(`others may enter ${each}`);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error('a file is in the way');
  if (await answers(path)) throw new Error('somebody answers there');
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // ECONNREFUSED: nobody. Anything else (EAGAIN: its queue is full) may be somebody.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}

async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within `listen`, with what the umask leaves: at no moment has it another mode.
    const umask = process.platform === 'win32' ? undefined : process.umask(0o177);
    try {
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      if (umask !== undefined) process.umask(umask);
    }
  });
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_PATH_BYTES;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @throws SOCKET_UNUSABLE for whatever goes wrong in `work`. */
async function usable(path: string, work: () => Promise<void>): Promise<void> {
  try {
    if (!fits(path) && process.platform !== 'win32')
      throw new Error('the path has more than 100 bytes, and so has the one in the temporary folder');
    await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? message : (REASONS[code] ?? message);
    throw new SwitchyardError('SOCKET_UNUSABLE', { path, reason }, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'it is in use',
  ENOENT: 'its folder is not there',
};
