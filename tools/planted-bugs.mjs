/*
 * Plants one bug after another in a copy of the repository, and shows that a check turns red for each.
 *
 *   node tools/planted-bugs.mjs [words of a name]   all, or those whose name has the words; exit 1 if one survives
 *   node tools/planted-bugs.mjs --write             the same, and writes docs/planted-bugs.md
 *   node tools/planted-bugs.mjs --check             only that each place and each test named is still there
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { BUGS } from './planted-bugs/bugs.mjs';
import { copyWorkspace } from './planted-bugs/workspace-copy.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const PAGE = path.join(root, 'docs', 'planted-bugs.md');
/** For one check, its build included. */
const LONGEST_MS = 240_000;

const args = process.argv.slice(2);
const words = args.filter((arg) => !arg.startsWith('--')).join(' ');
const bugs = BUGS.filter(({ name }) => name.includes(words));

const astray = bugs.flatMap((bug) => whatIsAstray(bug));
for (const sentence of astray) console.error(`✗ ${sentence}`);
if (astray.length > 0) process.exit(1);
if (args.includes('--check')) {
  console.log(`${bugs.length} bugs can be planted, and the tests that catch them are there`);
} else {
  process.exit(showAll() ? 0 : 1);
}

function whatIsAstray({ name, file, find, check }) {
  const times = readFileSync(path.join(root, file), 'utf8').split(find).length - 1;
  const spec = path.join(check.package, check.spec);
  const isNamed =
    existsSync(path.join(root, spec)) &&
    readFileSync(path.join(root, spec), 'utf8').includes(quoted(check.test));
  return [
    ...(times === 1 ? [] : [`"${name}": what it changes is ${times} times in ${file}`]),
    ...(isNamed ? [] : [`"${name}": ${spec} has no test "${check.test}"`]),
    ...(existsSync(PAGE) && !readFileSync(PAGE, 'utf8').includes(name)
      ? [`"${name}": docs/planted-bugs.md does not tell of it: --write`]
      : []),
  ];
}

function showAll() {
  const beganAt = Date.now();
  const copy = copyWorkspace(root);
  try {
    const green = provenGreen(copy);
    if (!green) return false;
    const rows = bugs.map((bug) => {
      const row = { bug, ...plant(copy, bug) };
      const { ms, caught, words } = row;
      console.log(
        `${caught ? '✓ red  ' : '✗ GREEN'}  ${bug.name.padEnd(48)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${words}`,
      );
      return row;
    });
    const survived = rows.filter(({ caught }) => !caught).length;
    console.log(
      `\n${rows.length - survived} of ${rows.length} bugs were caught in ${Math.round((Date.now() - beganAt) / 1000)} s`,
    );
    if (args.includes('--write') && survived === 0) writeFileSync(PAGE, page(rows));
    return survived === 0;
  } finally {
    copy.remove();
  }
}

/** Without a bug each of the checks must be green, or its red would mean nothing. */
function provenGreen(copy) {
  const checks = [...new Map(bugs.map(({ check }) => [`${check.spec} ${check.test}`, check])).values()];
  const red = checks.filter((check) => {
    const { state, words } = run(copy, check);
    if (state !== 'passed')
      console.error(`✗ without any bug "${check.test}" (${check.spec}) is ${state}: ${words}`);
    return state !== 'passed';
  });
  return red.length === 0;
}

function plant(copy, { file, find, replace, build, check }) {
  const beganAt = Date.now();
  const target = path.join(copy.folder, file);
  const original = readFileSync(target, 'utf8');
  // A function: `$` means nothing in it.
  writeFileSync(
    target,
    original.replace(find, () => replace),
  );
  try {
    buildAll(copy, build);
    const { state, words } = run(copy, check);
    return {
      caught: state === 'failed',
      words: state === 'failed' ? words : `the check is ${state}`,
      ms: Date.now() - beganAt,
    };
  } finally {
    writeFileSync(target, original);
    buildAll(copy, build);
  }
}

function buildAll(copy, packages) {
  for (const name of packages) {
    const script = name === 'packages/cli' ? 'build.mjs' : path.join(copy.folder, 'tools', 'bundle.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script], {
      cwd: path.join(copy.folder, name),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} cannot be built: ${stderr}`);
  }
}

/** @returns what became of one test: `passed`, `failed`, or why neither. */
function run(copy, check) {
  const said = path.join(copy.folder, 'tmp', 'said');
  const report = path.join(copy.folder, 'tmp', 'report.json');
  rmSync(report, { force: true });
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  // A file, and `forceExit`: what a bug leaves running would keep a pipe open, and the test runner too.
  const output = openSync(said, 'w');
  spawnSync(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, check.spec],
      ...['--testNamePattern', `${escaped(check.test)}$`, '--json', '--outputFile', report],
      ...['--coverage=false', '--forceExit'],
    ],
    {
      cwd: path.join(copy.folder, check.package),
      stdio: ['ignore', 'ignore', output],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
      // What a bug leaves running is found by this folder.
      env: { ...process.env, TMPDIR: path.join(copy.folder, 'tmp') },
    },
  );
  closeSync(output);
  copy.sweep();
  if (!existsSync(report))
    return { state: 'not over in time', words: readFileSync(said, 'utf8').slice(-500) };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const test = results.find(({ title }) => title === check.test);
  if (!test)
    return {
      state: 'not run',
      words: testResults
        .map(({ message }) => message)
        .join(' ')
        .slice(0, 500),
    };
  return { state: test.status, words: summary(test.failureMessages) };
}

/** The line of a failure that says most: what came that was not expected. */
function summary(failures) {
  const lines = stripVTControlCharacters(failures.join('\n')).split('\n');
  const first = lines[0] ?? '';
  const telling = lines.find(
    (line) => /^ *(\+ +(?!Array|Object|Received)|Received)/.test(line) && /\w/.test(line),
  );
  return (telling ?? first).replaceAll(/\s+/g, ' ').trim().slice(0, 140);
}

function page(rows) {
  const code = (text) => `\`${text.replaceAll('`', "'")}\``;
  return [
    '# Planted bugs',
    '',
    '<!-- Generated by `node tools/planted-bugs.mjs --write`. -->',
    '',
    'A check is worth what it catches. Each of these bugs was planted in a copy of the repository; the test named with it was',
    'green before and red after, with these words. `npm run planted-bugs` does it again.',
    '',
    ...rows.flatMap(({ bug: { name, file, check }, words }) => [
      `- **${name}**, in ${code(file)}: caught by "${check.test}" of ${code(`${check.package}/${check.spec}`)}`,
      '',
      `  ${code(words)}`,
      '',
    ]),
  ]
    .slice(0, -1)
    .concat('')
    .join('\n');
}

function quoted(title) {
  return `'${title.replaceAll("'", String.raw`\'`)}'`;
}

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
