/*
 * Bundles the command into few files: RxJS alone is 200 files, and costs 100 ms to load as such (docs/decisions/0007).
 * Plugins stay outside: they are loaded by name, like anybody's.
 */
import { rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/bin.ts'],
  outdir: 'dist',
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
