import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createFileStore, type FileStore } from './file-store.ts';
import { isEntryName } from './entry-name.ts';
import { removeLeftovers } from './folder-walk.ts';
import { createTurns } from './turns.ts';
import { tempFolder } from './spec-temp-folder.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function textOf(store: FileStore, name: string): Promise<string | undefined> {
  const entry = await store.get(name);
  return entry && Buffer.from(entry.bytes).toString();
}

describe('createFileStore', () => {
  it('keeps entries as plain files of the same name, readable by their owner only', async () => {
    const store = createFileStore(tempFolder());
    const version = await store.put('catalog/files.json', bytes('{"a":1}'));
    const path = join(store.folder, 'catalog/files.json');
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}');
    expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(version).toBe(createHash('sha256').update('{"a":1}').digest('hex').slice(0, 16));
    expect(await textOf(store, 'catalog/files.json')).toBe('{"a":1}');
    expect(await createFileStore(store.folder).get('catalog/files.json')).toMatchObject({ version });
    expect(readdirSync(join(store.folder, 'catalog'))).toEqual(['files.json']);
  });

  it('has nothing where there is no file, and deletes without asking', async () => {
    const store = createFileStore(tempFolder());
    await store.put('a', bytes('1'));
    expect(await store.get('b')).toBeUndefined();
    expect(await store.get('a/b')).toBeUndefined();
    await store.delete('b');
    await store.delete('a/b');
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
  });

  it('replaces only the version that is named', async () => {
    const store = createFileStore(tempFolder());
    const first = await store.put('a', bytes('1'), 'absent');
    await expect(store.put('a', bytes('2'), 'absent')).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await expect(store.put('b', bytes('2'), first)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    const second = await store.put('a', bytes('2'), first);
    await expect(store.put('a', bytes('3'), first)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect([await textOf(store, 'a'), second === first]).toEqual(['2', false]);
  });

  it('lets one of many who replace the same version win, and loses no count', async () => {
    const store = createFileStore(tempFolder());
    const add = async (): Promise<void> => {
      for (;;) {
        const now = await store.get('count');
        const next = bytes(String(Number(now ? Buffer.from(now.bytes).toString() : '0') + 1));
        const done = await store.put('count', next, now?.version ?? 'absent').catch(() => undefined);
        if (done !== undefined) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await textOf(store, 'count')).toBe('20');
    expect(readdirSync(store.folder)).toEqual(['count']);
  });

  it('shows readers whole values only, while it is written over and over', async () => {
    const store = createFileStore(tempFolder());
    const value = (index: number): Uint8Array => bytes(String(index % 10).repeat(200_000));
    await store.put('a', value(0));
    let writing = true;
    const writer = (async () => {
      for (let index = 1; index <= 40; index++) await store.put('a', value(index));
    })().finally(() => (writing = false));
    while (writing) {
      const text = readFileSync(join(store.folder, 'a'), 'latin1');
      expect([text.length, new Set(text).size]).toEqual([200_000, 1]);
      await new Promise(setImmediate);
    }
    await writer;
  });

  it('lists entries by prefix, sorted, and none of its own files', async () => {
    const store = createFileStore(tempFolder());
    for (const name of ['b', 'a/z', 'a/b/c', 'a/y', 'ab']) await store.put(name, bytes(name));
    for (const name of ['lock', 'a/.draft-1', '.lock-1-x', 'UPPER'])
      writeFileSync(join(store.folder, name), '');
    mkdirSync(join(store.folder, '.hidden'));
    writeFileSync(join(store.folder, '.hidden/x'), '');
    expect(await store.list('')).toEqual(['a/b/c', 'a/y', 'a/z', 'ab', 'b']);
    expect(await store.list('a')).toEqual(['a/b/c', 'a/y', 'a/z', 'ab']);
    expect(await store.list('a/')).toEqual(['a/b/c', 'a/y', 'a/z']);
    expect(await store.list('a/b/')).toEqual(['a/b/c']);
    expect(await store.list('none/x')).toEqual([]);
  });

  it('refuses names that lead out of the folder or to its own files, whatever they look like', async () => {
    const store = createFileStore(tempFolder());
    const hostile = [
      '',
      '/',
      '..',
      '../a',
      'a/../../b',
      '/etc/passwd',
      'a//b',
      'a/',
      '.draft-1',
      'a/.b',
      'lock',
    ];
    hostile.push('lock-after-1', 'A', 'a b', 'a\\b', 'a\0', 'é', 'a\n', 'a'.repeat(201), 'c:x');
    for (const name of hostile) {
      const refused = { code: 'STORE_NAME_INVALID' };
      await expect(store.get(name)).rejects.toMatchObject(refused);
      await expect(store.put(name, bytes('1'))).rejects.toMatchObject(refused);
      await expect(store.delete(name)).rejects.toMatchObject(refused);
    }
    await expect(store.list('../')).rejects.toMatchObject({ code: 'STORE_NAME_INVALID' });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '-', '\0', 'L') }), (name) => {
        if (isEntryName(name)) expect(join('/folder', name)).toBe(`/folder/${name}`);
      }),
    );
    expect(readdirSync(store.folder)).toEqual([]);
  });

  it('does not take an entry that cannot be read for one that is not there', async () => {
    const store = createFileStore(tempFolder());
    symlinkSync('a', join(store.folder, 'a'));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_UNREADABLE', details: { name: 'a' } });
    await expect(store.put('a', bytes('1'), 'absent')).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  });

  it('says what the disk refused, and goes on with the next write', async () => {
    const store = createFileStore(tempFolder());
    await store.put('a/b', bytes('1'));
    const refused = await store.put('a', bytes('1')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'STORE_FAILED', details: { name: 'a' } });
    expect((refused as Error).message).toMatch(/^cannot write "a" in the state directory: E[A-Z]+: [a-z ]+$/);
    await expect(store.delete('a')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(readdirSync(store.folder)).toEqual(['a']);
    rmSync(join(store.folder, 'a'), { recursive: true });
    await store.put('a', bytes('2'));
    expect(await textOf(store, 'a')).toBe('2');
  });

  it('finishes what is under way when it closes, and takes nothing more', async () => {
    const store = createFileStore(tempFolder());
    const writes = ['1', '2', '3'].map((text) => store.put('a', bytes(text)));
    await store.close();
    expect(readFileSync(join(store.folder, 'a'), 'utf8')).toBe('3');
    await Promise.all(writes);
    await expect(store.put('a', bytes('4'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('removeLeftovers', () => {
  it('removes drafts of entries, and of locks whose process is gone', async () => {
    const store = createFileStore(tempFolder());
    await store.put('a/b', bytes('1'));
    const gone = ['.draft-1-x', 'a/.draft-2-y', `.lock-${2 ** 22 + 1}-x`];
    for (const name of [...gone, `.lock-${process.pid}-x`, 'other.TXT'])
      writeFileSync(join(store.folder, name), '');
    expect(await removeLeftovers(store.folder)).toBe(3);
    expect(readdirSync(store.folder).sort()).toEqual([`.lock-${process.pid}-x`, 'a', 'other.TXT']);
    expect(readdirSync(join(store.folder, 'a'))).toEqual(['b']);
  });
});

describe('createTurns', () => {
  it('refuses work over its limit, and takes work again when some has ended', async () => {
    const turns = createTurns(2);
    let open: (() => void) | undefined;
    const first = turns.take('a', () => new Promise<void>((resolve) => (open = resolve)));
    const second = turns.take('a', () => Promise.reject(new Error('of its own')));
    await expect(turns.take('b', () => Promise.resolve())).rejects.toThrow('2 writes wait already');
    open?.();
    await first;
    await expect(second).rejects.toThrow('of its own');
    expect(await turns.take('a', () => Promise.resolve(7))).toBe(7);
  });
});
