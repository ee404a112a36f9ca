/*
 * The public API of plugin-api as one committed file: a change of the contract is a visible diff.
 * With --update the report is written; without, it must be what is committed.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const folder = path.join(root, 'packages', 'plugin-api');
const update = process.argv.includes('--update');

const config = ExtractorConfig.prepare({
  packageJsonFullPath: path.join(folder, 'package.json'),
  configObjectFullPath: undefined,
  configObject: {
    projectFolder: folder,
    mainEntryPointFilePath: path.join(folder, 'dist', 'index.d.ts'),
    compiler: { tsconfigFilePath: path.join(folder, 'tsconfig.lib.json') },
    apiReport: {
      enabled: true,
      reportFileName: 'plugin-api',
      reportFolder: folder,
      reportTempFolder: path.join(folder, 'out-tsc'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    messages: {
      extractorMessageReporting: {
        default: { logLevel: 'error' },
        // Everything that is exported is public, and a member whose name says it all needs no docstring.
        'ae-missing-release-tag': { logLevel: 'none' },
        'ae-undocumented': { logLevel: 'none' },
        'ae-unresolved-link': { logLevel: 'none' },
      },
      tsdocMessageReporting: { default: { logLevel: 'none' } },
    },
  },
});
const result = Extractor.invoke(config, { localBuild: update, showVerboseMessages: false });
if (!result.succeeded) {
  console.error(
    'The public API changed. If that is meant: npm run api, and commit packages/plugin-api/plugin-api.api.md.',
  );
  process.exitCode = 1;
}
