/*
 * Whether each row of the error table is real: something throws it, and a test provokes it. A code that nothing uses
 * promises people a message that they will never see. A test names the code or its number.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from '../import-source.mjs';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const table = path.join(root, 'packages', 'plugin-api', 'src', 'error-table.ts');
/** Thrown by a file that no table can be imported into; its own test compares the two. */
const SAID_BY_NUMBER = { NODE_UNSUPPORTED: 'packages/cli/src/bin.ts' };

const { ERRORS } = await importSource(table);

const sources = [];
const tests = [];
for (const parent of ['packages', 'plugins', 'e2e']) {
  for (const entry of readdirSync(path.join(root, parent), { recursive: true, withFileTypes: true })) {
    const file = path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (!entry.isFile() || !file.endsWith('.ts') || /(^|\/)(node_modules|dist|out-tsc)\//.test(file))
      continue;
    if (/\/error-(table|explanations)\.ts$|\/error-table\//.test(file)) continue;
    if (/\.(spec|e2e)\.ts$/.test(file)) tests.push({ file, text: readFileSync(file, 'utf8') });
    else if (!/\/spec-[^/]*$/.test(file) && !file.startsWith('e2e/'))
      sources.push({ file, text: withoutComments(readFileSync(file, 'utf8')) });
  }
}

let faults = 0;
for (const [code, { number }] of Object.entries(ERRORS)) {
  const said = SAID_BY_NUMBER[code];
  const quoted = new RegExp(`'${code}'`);
  const isUsed = sources.some(({ file, text }) =>
    said === undefined ? quoted.test(text) : file === said && text.includes(`SWY-E${number}`),
  );
  if (!isUsed) fault(code, number, 'is used nowhere: remove the row, or throw it');
  const named = new RegExp(`\\b${code}\\b|SWY-E${number}\\b`);
  if (!tests.some(({ text }) => named.test(text))) fault(code, number, 'is provoked by no test');
}
console.log(
  faults === 0 ? `each of ${Object.keys(ERRORS).length} errors is used and tested` : `${faults} faults`,
);
process.exitCode = faults === 0 ? 0 : 1;

function fault(code, number, what) {
  faults += 1;
  console.error(`✗ SWY-E${number} ${code} ${what}`);
}

/** `@throws` is a promise, not a use. */
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
