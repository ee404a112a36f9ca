import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';

/** More links than this lead in a circle (as in Linux). */
const MOST_LINKS = 40;

/**
 * The folders whose entries decide what is read at `file`, each with those names in it: the folder of the file, and of
 * every link on the way to it. Where something is missing, the folder in which it would appear.
 */
export async function foldersOf(file: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const folders = new Map<string, Set<string>>();
  const note = (folder: string, name: string): void => {
    const names = folders.get(folder);
    if (names) names.add(name);
    else folders.set(folder, new Set([name]));
  };
  let links = 0;
  const { root } = path.parse(file);
  let at = root;
  let ahead = file.slice(root.length).split(path.sep).filter(Boolean);
  while (ahead.length > 0) {
    const [name, ...rest] = ahead as [string, ...string[]];
    const here = path.join(at, name);
    const link = await linkAt(here);
    if (link.kind === 'missing' || rest.length === 0) note(at, name);
    if (link.kind === 'missing') break;
    if (link.kind === 'other') {
      at = here;
      ahead = rest;
      continue;
    }
    links += 1;
    note(at, name);
    if (links > MOST_LINKS) break;
    const target = path.resolve(at, link.target, ...rest);
    at = path.parse(target).root;
    ahead = target.slice(at.length).split(path.sep).filter(Boolean);
  }
  return folders;
}

type Found =
  | { readonly kind: 'missing' }
  | { readonly kind: 'other' }
  | { readonly kind: 'link'; readonly target: string };

async function linkAt(place: string): Promise<Found> {
  try {
    const found = await lstat(place);
    return found.isSymbolicLink() ? { kind: 'link', target: await readlink(place) } : { kind: 'other' };
  } catch {
    return { kind: 'missing' };
  }
}
