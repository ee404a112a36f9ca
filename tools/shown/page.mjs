import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { missing } from './named-test.mjs';

const DOCS = path.join(import.meta.dirname, '../../docs');

/** Writes a page, or compares it with --check; the tests that it names must be there. */
export async function writePage(name, tests, markdown) {
  const target = path.join(DOCS, `${name}.md`);
  const options = { ...(await prettier.resolveConfig(target)), parser: 'markdown' };
  const text = await prettier.format(markdown, options);
  const problems = missing(tests);
  if (process.argv.includes('--check')) {
    const isCommitted = existsSync(target) && readFileSync(target, 'utf8') === text;
    if (!isCommitted) problems.push(`docs/${name}.md is not what it is made of: node tools/docs/${name}.mjs`);
  } else {
    writeFileSync(target, text);
  }
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
