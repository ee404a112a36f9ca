/* The least that unit tests alone must reach: lines of everything, branches where most is decided. Reads what Jest wrote. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LINES = 80;
const BRANCHES = { connection: 75, protocol: 75 };

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const all = { covered: 0, total: 0 };
let failed = false;

for (const parent of ['packages', 'plugins']) {
  for (const name of readdirSync(path.join(root, parent))) {
    const file = path.join(root, parent, name, 'coverage', 'coverage-summary.json');
    if (!existsSync(file)) {
      console.error(`✗ ${parent}/${name} has no coverage report`);
      failed = true;
      continue;
    }
    const { lines, branches } = JSON.parse(readFileSync(file, 'utf8')).total;
    all.covered += lines.covered;
    all.total += lines.total;
    console.log(
      `${`${parent}/${name}`.padEnd(30)} lines ${percent(lines)} %   branches ${percent(branches)} %`,
    );
    if (BRANCHES[name] && branches.pct < BRANCHES[name]) {
      console.error(`✗ ${name}: at least ${BRANCHES[name]} % of branches`);
      failed = true;
    }
  }
}
const lines = (100 * all.covered) / all.total;
console.log(`${'all'.padEnd(30)} lines ${lines.toFixed(1).padStart(5)} %`);
if (lines < LINES) {
  console.error(`✗ at least ${LINES} % of lines`);
  failed = true;
}
process.exitCode = failed ? 1 : 0;

function percent({ pct }) {
  return Number(pct).toFixed(1).padStart(5);
}
