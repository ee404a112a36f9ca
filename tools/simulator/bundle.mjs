/*
 * Bundles the simulator with all that it simulates, from source: what was built may be out of date. What the gateway reads
 * from the disk and asks the machine is put in its place here, and nowhere in its code.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const IN_PLACE = new Map([
  ['gateway/src/configuration/load-configuration.ts node:fs/promises', 'simulated-files.ts'],
  ['connection/src/supervisor.ts node:os', 'simulated-machine.ts'],
]);

const simulated = {
  name: 'simulated',
  setup({ onResolve }) {
    const met = new Set();
    onResolve({ filter: /^node:(fs\/promises|os)$/ }, ({ path: wanted, importer }) => {
      for (const [place, file] of IN_PLACE) {
        const [importing, module] = place.split(' ');
        if (module !== wanted || !importer.replaceAll('\\', '/').endsWith(importing)) continue;
        met.add(place);
        return { path: path.join(here, 'src', file) };
      }
      return undefined;
    });
  },
};

/** Changes lines of source files, in the bundle alone. */
const planted = (changes) => ({
  name: 'planted',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
      const here = changes.filter(({ file }) => loaded === path.join(root, file));
      if (here.length === 0) return undefined;
      const contents = here.reduce(
        (text, { find, replace }) => text.split(find).join(replace),
        readFileSync(loaded, 'utf8'),
      );
      return { contents, loader: 'ts' };
    });
  },
});

/**
 * Resolves to the folder of what was bundled: `main.mjs`, the worker, and `coverage.mjs`.
 * @param bug to plant: `{ file, find, replace }`, and another `with` it
 */
export async function bundle(bug) {
  const outdir = path.join(here, 'dist', bug ? 'planted' : '');
  await build({
    entryPoints: ['main.ts', 'coverage.ts'].map((file) => path.join(here, 'src', file)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['@switchyard/source', 'es2015', 'import'],
    mainFields: ['module', 'main'],
    tsconfig: path.join(here, 'tsconfig.json'),
    banner: {
      js: "import { createRequire as requireIn } from 'node:module'; const require = requireIn(import.meta.url);",
    },
    plugins: [simulated, ...(bug ? [planted([bug, ...(bug.with ? [bug.with] : [])])] : [])],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outdir;
}
