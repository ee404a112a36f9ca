import { randomUUID } from 'node:crypto';
import { link, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { latestClaim, LOCK, readClaim, SUCCESSOR, successorOf, type Claim } from './lock-claim.ts';
import { stateDirInUse } from './in-use.ts';
import { isAlive, thisProcess } from './process-identity.ts';
import { hasCode } from './reason.ts';
import { writeDurably } from './atomic-file.ts';

/** Each attempt but the last was lost to somebody who then went away: more than a few cannot be chance. */
const ATTEMPTS = 50;

/** The folder is ours until `release`. */
export interface Lock {
  /** Gives the folder up, if it is still ours. */
  release(): Promise<void>;
}

/**
 * Makes this process the one owner of the folder.
 *
 * `lock` names an owner. Whoever finds that owner dead claims to be its successor by the name
 * `lock-after-<the dead owner's id>`, and `link` lets exactly one claim have a name. The owner is whoever stands at
 * the end of that chain, so a claimant that dies half way leaves a folder that the next one can take. Deleting a
 * stale lock and making a new one, the obvious way, lets two late comers delete each other's.
 * @param since when, in milliseconds since 1970, for people who read the file
 * @throws STATE_DIR_IN_USE if a live process owns it; file system errors as they are.
 */
export async function acquireLock(folder: string, since: number): Promise<Lock> {
  const claim: Claim & { readonly since: number } = { id: randomUUID(), owner: thisProcess(), since };
  const draft = join(folder, `.lock-${process.pid}-${claim.id}`);
  try {
    // Whole before it has its name: nobody ever reads half a lock.
    await writeDurably(draft, Buffer.from(`${JSON.stringify(claim)}\n`));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const last = await latestClaim(folder);
      if (last?.owner && isAlive(last.owner)) throw await stateDirInUse(folder, last.owner.pid);
      const name = join(folder, last === undefined ? LOCK : successorOf(last));
      if (!(await linked(draft, name))) continue;
      if ((await latestClaim(folder))?.id === claim.id) {
        if (last !== undefined) await settle(folder, draft, name);
        return { release: () => release(folder, claim.id) };
      }
      // The owner whom we succeed was itself replaced before we claimed: our claim hangs on nothing.
      await rm(name, { force: true });
    }
    throw new Error('its lock changes hands without end');
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Makes the last claim the lock itself and takes the chain away. In this order: a claim after an owner that is no
 * longer in the chain is seen by the claimant when it looks again.
 */
async function settle(folder: string, draft: string, claimed: string): Promise<void> {
  try {
    await rename(draft, join(folder, LOCK));
  } catch (error) {
    // Else this process, which lives on, would own what it says it could not take.
    await rm(claimed, { force: true });
    throw error;
  }
  for (const name of await readdir(folder)) {
    if (name.startsWith(SUCCESSOR)) await rm(join(folder, name), { force: true });
  }
}

async function release(folder: string, id: string): Promise<void> {
  const path = join(folder, LOCK);
  if ((await readClaim(path))?.id === id) await rm(path, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
