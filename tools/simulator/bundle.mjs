/*
 * Bundles the simulator with all that it simulates, from source: what was built may be out of date. What the gateway reads
 * from the disk and asks the machine is put in its place here, and nowhere in its code.
 */
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
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

/** Resolves to the file of the bundle. */
export async function bundle() {
  const outfile = path.join(here, 'dist', 'simulator.mjs');
  await build({
    entryPoints: [path.join(here, 'src', 'main.ts')],
    outfile,
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
    plugins: [simulated],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
