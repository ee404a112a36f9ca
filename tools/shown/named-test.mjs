import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

/**
 * A test that shows something.
 * @param spec its file, from the root
 * @param title how its whole name ends
 * @param says what stands in the file, where the title is made of a row
 */
export function test(spec, title, says = title) {
  return { spec, title, says };
}

/** What is wrong with the tests that are named, a sentence each: a test may be renamed, and nothing else would tell. */
export function missing(tests) {
  return tests.flatMap(({ spec, title, says }) => {
    const file = path.join(ROOT, spec);
    if (!existsSync(file)) return [`${spec} is not there`];
    const isThere = readFileSync(file, 'utf8').includes(says.replaceAll("'", String.raw`\'`));
    return isThere || readFileSync(file, 'utf8').includes(says) ? [] : [`${spec} has no test "${title}"`];
  });
}

/** As a page shows them. */
export function inWords(tests) {
  return tests
    .map(({ spec, title }) => `"${title.replaceAll('|', String.raw`\|`)}" of \`${spec}\``)
    .join('; ');
}
