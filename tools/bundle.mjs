/*
 * Builds the JavaScript of the package in this folder: one file for each of its entries, dependencies outside.
 * A hundred small files cost as many milliseconds at every start (docs/decisions/0007). Types are tsc's work.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const sources = Object.values(exports).flatMap((entry) => entry['@switchyard/source'] ?? []);

await build({
  entryPoints: sources,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  chunkNames: 'chunk-[hash]',
  logLevel: 'warning',
});
