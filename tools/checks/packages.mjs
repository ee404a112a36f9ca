/* Whether each published package is whole: publint reads the manifest and files, attw the types as every resolver sees them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-packages-'));
let failures = 0;

for (const parent of ['packages', 'plugins']) {
  for (const name of readdirSync(path.join(root, parent))) {
    const pkgDir = path.join(root, parent, name);
    const manifest = JSON.parse(readFileSync(path.join(pkgDir, 'package.json'), 'utf8'));
    const { messages } = await publint({ pkgDir, strict: true });
    for (const message of messages) report(manifest.name, formatMessage(message, manifest));
    if (manifest.types) checkTypes(manifest.name, pkgDir);
  }
}
rmSync(folder, { recursive: true });
console.log(failures === 0 ? 'every package is whole' : `${failures} faults`);
process.exitCode = failures === 0 ? 0 : 1;

function checkTypes(name, pkgDir) {
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', folder, '--loglevel=error'], {
    cwd: pkgDir,
    encoding: 'utf8',
  });
  if (packed.status !== 0) return report(name, packed.stderr);
  const [{ filename }] = JSON.parse(packed.stdout);
  const tarball = path.join(folder, filename);
  const attw = path.join(root, 'node_modules', '.bin', 'attw');
  const { status, stdout } = spawnSync(
    attw,
    [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color'],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) report(name, stdout);
}

function report(name, what) {
  failures += 1;
  console.error(`✗ ${name}: ${what}`);
}
