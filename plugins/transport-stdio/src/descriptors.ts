import { readdirSync, readFileSync } from 'node:fs';
import { SwitchyardError } from '@switchyard/plugin-api';

/** What a start takes: three pipes, of which both ends are open for a moment, and how Node hears that it failed. */
const FOR_A_START = 8;
/** Kept for everything else, clients above all: so many, but no more than a quarter of what is allowed. */
const RESERVE = 64;

/** How many files this process may have open, and has. Undefined where the system does not tell. */
export interface Descriptors {
  readonly allowed: number;
  readonly open: number;
}

/**
 * Refuses a start that would take the last descriptors: without any, no client could connect, and nobody could ask why.
 * @throws SPAWN_FAILED, which is tried again.
 */
export function assertDescriptors(server: string, descriptors = readDescriptors()): void {
  if (!descriptors) return;
  const { allowed, open } = descriptors;
  const reserve = Math.min(RESERVE, Math.floor(allowed / 4));
  if (open + FOR_A_START + reserve <= allowed) return;
  const reason = `${open} of ${allowed} open files are in use, and the last ${reserve} are kept for clients`;
  throw new SwitchyardError('SPAWN_FAILED', { server, reason });
}

/** Linux shows both; elsewhere a start fails when there is none left. */
function readDescriptors(): Descriptors | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const allowed = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
    return allowed > 0 ? { allowed, open: readdirSync('/proc/self/fd').length } : undefined;
  } catch {
    return undefined;
  }
}
