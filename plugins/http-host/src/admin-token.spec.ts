import { describe, expect, it } from '@jest/globals';
import { adminToken as makeToken } from './admin-token.ts';
import { memoryStore } from './spec-parts.ts';

const adminToken = async (...given: Parameters<typeof makeToken>): Promise<string> =>
  (await makeToken(...given)).reveal();

describe('adminToken', () => {
  it('makes 256 random bits once and keeps them', async () => {
    const store = memoryStore();
    const made = await adminToken(store, undefined);
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect(await adminToken(store, undefined)).toBe(made);
    expect(await adminToken(memoryStore(), undefined)).not.toBe(made);
  });

  it('takes the one of the environment and writes nothing', async () => {
    const store = memoryStore();
    expect(await adminToken(store, ' given\n')).toBe('given');
    expect(await store.list('')).toEqual([]);
  });

  it('replaces an empty entry', async () => {
    const store = memoryStore(new Map([['admin-token', Buffer.from('\n')]]));
    expect((await adminToken(store, '')).length).toBe(43);
  });

  it('takes the token of whoever wrote it first', async () => {
    const store = memoryStore();
    const tokens = await Promise.all([adminToken(store, undefined), adminToken(store, undefined)]);
    expect(tokens[0]).toBe(tokens[1]);
  });
});
