import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** What the figures of /proc are counted in on this machine. */
export interface MachineUnits {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
}

/** What nearly every machine has. */
const USUAL: MachineUnits = { pageBytes: 4096, ticksPerSecond: 100 };

/** Entries of the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

/** The units of this machine, as the kernel told this process at its start. */
export function machineUnits(): MachineUnits {
  try {
    return unitsIn(readFileSync('/proc/self/auxv'), endianness());
  } catch {
    return USUAL;
  }
}

/** Reads an auxiliary vector of a 64-bit process: pairs of a key and a value. */
export function unitsIn(vector: Buffer, order: 'LE' | 'BE'): MachineUnits {
  const read = (at: number) =>
    Number(order === 'LE' ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at));
  const entries = new Map<number, number>();
  for (let at = 0; at + 16 <= vector.length; at += 16) entries.set(read(at), read(at + 8));
  return {
    pageBytes: entries.get(AT_PAGESZ) ?? USUAL.pageBytes,
    ticksPerSecond: entries.get(AT_CLKTCK) ?? USUAL.ticksPerSecond,
  };
}
