/* The unit tests of all packages in one run of Jest: quicker than a run for each, where coverage is not asked for. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const configs = ['packages', 'plugins']
  .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => path.join(root, parent, name)))
  .map((folder) => ({ folder, file: path.join(folder, 'jest.config.mjs') }))
  .filter(({ file }) => existsSync(file));

const projects = configs.map(async ({ folder, file }) => {
  const { default: own } = await import(pathToFileURL(file).href);
  // Those that a project of several does not have.
  const { coverageReporters, testTimeout, ...config } = own;
  void [coverageReporters, testTimeout];
  return { ...config, rootDir: folder };
});

export default { projects: await Promise.all(projects) };
