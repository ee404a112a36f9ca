import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { Configuration } from './configuration.ts';
import { loadConfiguration } from './load-configuration.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-bad-'))));
afterAll(() => rm(folder, { recursive: true }));

export const TOKEN = `ghp_${'a'.repeat(36)}`;
const ENV = { SECRET: 'hunter2-of-ann' };

/** What is found wrong, wherever: an error of the whole file, a server's problem, or a warning. */
export interface Finding {
  readonly code: string;
  readonly message: RegExp;
  /** Line, and key where there is one. */
  readonly where?: RegExp;
  readonly why?: RegExp;
  readonly remedy: RegExp;
}

/** What the file holds, or how it comes to be. */
export type Content = string | Uint8Array | ((file: string) => Promise<unknown>);

/** A configuration file with this content, read; what is thrown is an answer too. */
export async function load(content: Content): Promise<Configuration | SwitchyardError> {
  const file = path.join(folder, 'switchyard.jsonc');
  await rm(file, { force: true, recursive: true });
  if (typeof content === 'function') await content(file);
  else await writeFile(file, content, { mode: 0o600 });
  try {
    return await loadConfiguration({ file, env: ENV });
  } catch (error) {
    if (SwitchyardError.is(error)) return error;
    throw error;
  }
}

/** A finding in the shape of all: what, where, what to do, and none of the values. */
export function expectFound(found: SwitchyardError | undefined, wanted: Finding): void {
  expect(found?.code).toBe(wanted.code);
  expect(found?.message).toMatch(wanted.message);
  expect(found?.message.length).toBeLessThan(300);
  if (wanted.where) expect(found?.where).toMatch(wanted.where);
  if (wanted.why) expect(found?.why).toMatch(wanted.why);
  expect(found?.remedy).toMatch(wanted.remedy);
  expect(`${found?.message}${found?.why}${found?.remedy}${found?.excerpt}`).not.toMatch(/hunter2|ghp_/);
}

/** A file with this entry and one that is right. */
export const entry = (of: object): string =>
  JSON.stringify({ mcpServers: { files: of, other: { command: 'x' } } }, null, 1);
