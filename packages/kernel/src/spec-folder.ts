import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for one test. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** The absolute path of something in it. */
  at(...segments: readonly string[]): string;
}

/** Makes a temporary folder with these files: text as it is, anything else as JSON. It goes with the test. */
export async function folderOf(files: Readonly<Record<string, unknown>>): Promise<Folder> {
  // Resolved: on some systems the temporary folder is a link, and reports name the file behind it.
  const path = await realpath(await mkdtemp(join(tmpdir(), 'switchyard-kernel-')));
  const at = (...segments: readonly string[]): string => join(path, ...segments);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return { path, at, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The text of a module that exports a plugin of this id and imports nothing. */
export function moduleOf(id: string, members = ''): string {
  return `export default { id: ${JSON.stringify(id)}, api: 1, setup() {}, ${members} };`;
}

/** A package in `node_modules` whose plugin has the same id. */
export function packageOf(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    [`node_modules/${name}/package.json`]: {
      name,
      exports: './plugin.mjs',
      switchyard: { id: name, api: 1 },
      ...more,
    },
    [`node_modules/${name}/plugin.mjs`]: moduleOf(name),
  };
}
