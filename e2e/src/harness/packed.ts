import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './places.ts';

/**
 * Packs every package that is published, and installs the tarballs in a folder as a user would have them: what they
 * need beside each other comes from npm.
 * @param tarballs where to put them; not the folder itself, which a user finds empty.
 * @returns the installed command.
 */
export async function installPacked(folder: string, tarballs: string): Promise<string> {
  const packages = await publishedPackages();
  const packed = await npm(ROOT, 'pack', ...packages, '--json', '--pack-destination', tarballs);
  const files = (JSON.parse(packed) as { filename: string }[]).map(({ filename }) => filename);
  if (files.length !== packages.length) throw new Error(`npm packed ${files.join(', ')}`);
  // All at once: they need each other in versions that no registry has.
  const all = files.map((file) => path.join(tarballs, file));
  await npm(folder, 'install', ...all, '--ignore-scripts', '--prefer-offline');
  return path.join(folder, 'node_modules/.bin/switchyard');
}

/** The folders of the workspaces that are not private. */
async function publishedPackages(): Promise<string[]> {
  const { workspaces } = await manifest(ROOT);
  const folders = await Promise.all(
    workspaces!.map(async (pattern) => {
      const parent = path.join(ROOT, pattern.replace(/\/\*$/, ''));
      const inside = await readdir(parent, { withFileTypes: true });
      return pattern.endsWith('/*')
        ? inside.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(parent, name))
        : [parent];
    }),
  );
  const published: string[] = [];
  for (const folder of folders.flat()) {
    // A folder of a workspace that has no manifest is no package: tools/checks.
    const found = await manifest(folder).catch(() => undefined);
    if (found !== undefined && found.private !== true) published.push(folder);
  }
  return published;
}

async function manifest(folder: string): Promise<{ workspaces?: readonly string[]; private?: boolean }> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as object;
}

async function npm(folder: string, ...args: readonly string[]): Promise<string> {
  const { NODE_OPTIONS, ...env } = process.env;
  void NODE_OPTIONS;
  const quietly = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    return (await promisify(execFile)('npm', quietly, { cwd: folder, env })).stdout;
  } catch (error) {
    throw new Error(`npm ${args[0]} failed, and this story needs it and a registry`, { cause: error });
  }
}
