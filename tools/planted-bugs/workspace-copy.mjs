import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What is built: not in git, and needed by whoever runs the command. */
const BUILT = ['packages', 'plugins'];

/**
 * Copies the repository as it stands, with what is not committed, into a folder of its own. Packages of the workspace
 * find each other there, and everything else where it is installed.
 */
export function copyWorkspace(root) {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-planted-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  for (const file of new Set(listed.split('\0'))) {
    // Deleted and not committed yet.
    if (file !== '' && existsSync(path.join(root, file)))
      cpSync(path.join(root, file), path.join(folder, file));
  }
  for (const group of BUILT) {
    for (const name of readdirSync(path.join(root, group))) {
      const dist = path.join(group, name, 'dist');
      if (existsSync(path.join(root, dist)))
        cpSync(path.join(root, dist), path.join(folder, dist), { recursive: true });
      linkModules(path.join(root, group, name), path.join(folder, group, name));
    }
  }
  linkModules(root, folder);
  mkdirSync(path.join(folder, 'tmp'));
  return {
    folder,
    /** Kills what a bug left running, which is all that has the folder in its command, its environment, or around it. */
    sweep: () => sweep(folder),
    remove() {
      sweep(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Links of the workspace are relative, so they lead to the copy; all others lead to the original. */
function linkModules(from, to) {
  const modules = path.join(from, 'node_modules');
  if (!existsSync(modules)) return;
  mkdirSync(path.join(to, 'node_modules'), { recursive: true });
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    const [source, target] = [path.join(modules, entry.name), path.join(to, 'node_modules', entry.name)];
    if (entry.name === '@switchyard') {
      mkdirSync(target);
      for (const name of readdirSync(source))
        symlinkSync(readlinkSync(path.join(source, name)), path.join(target, name));
    } else if (entry.name !== '.cache') {
      symlinkSync(entry.isSymbolicLink() ? readlinkSync(source) : source, target);
    }
  }
}

function sweep(folder) {
  if (!existsSync('/proc/self/environ')) return 0;
  const mine = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && isIn(folder, pid),
  );
  for (const pid of mine) spawnSync('kill', ['-KILL', pid]);
  return mine.length;
}

function isIn(folder, pid) {
  return ['cmdline', 'environ', 'cwd'].some((what) => {
    try {
      const file = `/proc/${pid}/${what}`;
      return (what === 'cwd' ? readlinkSync(file) : readFileSync(file, 'utf8')).includes(folder);
    } catch {
      // It ended in this moment, or is somebody else's.
      return false;
    }
  });
}
