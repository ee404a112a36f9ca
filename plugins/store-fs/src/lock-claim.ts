import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ProcessIdentity } from './process-identity.ts';
import { hasCode } from './reason.ts';

/** The file that names the owner. */
export const LOCK = 'lock';
/** What the name of a successor's claim begins with. */
export const SUCCESSOR = 'lock-after-';
/** Each link of the chain is a process that died while it took over. */
const MAX_CHAIN = 100;

/** Somebody's claim to own the folder. */
export interface Claim {
  /** Unique for each claim, unlike a pid. */
  readonly id: string;
  /** Undefined if the file cannot be understood: then nobody is known to live. */
  readonly owner?: ProcessIdentity;
}

const ClaimFile = v.object({
  id: v.pipe(v.string(), v.uuid()),
  owner: v.object({ pid: v.number(), started: v.exactOptional(v.string()) }),
});

/** The name by which whoever finds the owner of `claim` dead claims to succeed it. */
export function successorOf(claim: Claim): string {
  return SUCCESSOR + claim.id;
}

/** The claim at the end of the chain that begins at `lock`; undefined if there is no lock. */
export async function latestClaim(folder: string): Promise<Claim | undefined> {
  let last: Claim | undefined;
  let next = await readClaim(join(folder, LOCK));
  for (let length = 0; next !== undefined; length++) {
    if (length === MAX_CHAIN) throw new Error('its lock is damaged: remove the files lock and lock-after-*');
    last = next;
    next = await readClaim(join(folder, successorOf(last)));
  }
  return last;
}

/** Reads one claim; undefined if there is no such file. */
export async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { ino, mtimeMs } = await stat(path);
    return parseClaim(text) ?? { id: `unreadable-${ino}-${Math.trunc(mtimeMs)}` };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseClaim(text: string): Claim | undefined {
  try {
    return v.parse(ClaimFile, JSON.parse(text));
  } catch {
    return undefined;
  }
}
