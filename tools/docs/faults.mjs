/*
 * Whether docs/faults.md names exactly the faults of the catalogue, with their criteria and tests, and whether there is
 * such a test of each. What it measures takes minutes and a quiet machine: `npm run faults` writes it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from '../import-source.mjs';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const sources = path.join(root, 'e2e', 'src');
const { FAULTS } = await importSource(path.join(sources, 'faults', 'catalogue.ts'));

const text = readFileSync(path.join(root, 'docs', 'faults.md'), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, 3), plain(section)]),
);
const faults = [];

for (const [id, { fault, criterion, story, test }] of Object.entries(FAULTS)) {
  const section = sections.get(id);
  if (section === undefined) faults.push(`${id} is not in docs/faults.md`);
  for (const words of [fault, criterion, test, `e2e/src/${story}.e2e.ts`]) {
    if (section !== undefined && !section.includes(plain(words)))
      faults.push(`${id} is not "${words}" there`);
  }
  const code = readFileSync(path.join(sources, `${story}.e2e.ts`), 'utf8');
  const isTested = story.startsWith('faults/')
    ? new RegExp(`^ +${id}: \\{`, 'm').test(code)
    : code.includes(test);
  if (!isTested) faults.push(`${id} is not tested in ${story}.e2e.ts`);
}
for (const id of sections.keys()) if (!(id in FAULTS)) faults.push(`${id} is not in the catalogue`);

for (const one of faults) console.error(`✗ ${one}`);
if (faults.length > 0)
  console.error('  do      npm run faults, on a machine that does nothing else, and commit docs/faults.md');
else console.log(`docs/faults.md has all ${Object.keys(FAULTS).length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Without what a formatter changes. */
function plain(words) {
  return words.replace(/[\s\\]+/g, ' ');
}
