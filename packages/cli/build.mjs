/*
 * Bundles the command into few files: RxJS alone is 200 files, and costs 100 ms to load as such (docs/decisions/0007).
 * Plugins stay outside: they are loaded by name, like anybody's.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['src/bin.ts'],
  outdir: 'dist',
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'node20.19',
  platform: 'neutral',
  // `es2015` is RxJS as modules, which can be shaken; `node` would be CommonJS, whole.
  conditions: ['@switchyard/source', 'es2015', 'import'],
  mainFields: ['module', 'main'],
  // Older packages (pino) name Node's own modules without the prefix.
  external: ['node:*', ...builtinModules],
  // Beside bin.js, so that '../package.json' means the same from every file.
  chunkNames: '[name]-[hash]',
  tsconfig: 'tsconfig.lib.json',
  sourcemap: true,
  legalComments: 'linked',
  // Bundled CommonJS packages (commander) require Node's own modules.
  banner: {
    js: "import { createRequire as requireIn } from 'node:module'; const require = requireIn(import.meta.url);",
  },
  logLevel: 'warning',
});

// Whoever starts the command meanwhile finds a whole one, the old or the new: what bin.js imports is there before it,
// and goes after it.
mkdirSync('dist', { recursive: true });
const isEntry = (file) => path.basename(file).startsWith('bin.js');
for (const { path: file, contents } of outputFiles.sort((a, b) => isEntry(a.path) - isEntry(b.path))) {
  writeFileSync(`${file}.part`, contents);
  renameSync(`${file}.part`, file);
}
const current = new Set(outputFiles.map(({ path: file }) => path.basename(file)));
for (const name of readdirSync('dist')) {
  if (!current.has(name)) rmSync(path.join('dist', name), { recursive: true });
}
