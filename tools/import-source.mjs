import { buildSync } from 'esbuild';

/** Imports a module of TypeScript with all that it imports: what was built from it may be out of date. */
export async function importSource(file) {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@switchyard/source'],
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
