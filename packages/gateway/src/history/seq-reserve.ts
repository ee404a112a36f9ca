import type { Store } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** The entry that says which numbers are taken. */
export const SEQ_FILE = 'history-seq.json';
/** How many numbers are taken at a time, and how few of them are left when more are. */
const TAKEN = 10_000;
const LOW = TAKEN / 2;

const File = v.object({ format: v.literal(1), taken: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** The numbers of transitions, over all runs of the gateway. */
export interface SeqReserve {
  /** Whether so many more should be taken that this number is far from the last of them. */
  isLow(seq: number): boolean;
  /** Takes more: a gateway that is killed has told numbers that it had no time to write down. */
  take(seq: number): Promise<void>;
  /** Gives back what is left, when no more are needed. */
  settle(seq: number): Promise<void>;
}

/** The last number that may have been told by any run before. @throws if that cannot be read */
export async function lastTaken(store: Store): Promise<number> {
  const entry = await store.get(SEQ_FILE);
  return entry ? v.parse(File, JSON.parse(Buffer.from(entry.bytes).toString())).taken : 0;
}

export function seqReserve(store: Store): SeqReserve {
  let taken = 0;
  async function write(seq: number): Promise<void> {
    await store.put(SEQ_FILE, Buffer.from(JSON.stringify({ format: 1, taken: seq })));
    taken = seq;
  }
  return {
    isLow: (seq) => taken - seq < LOW,
    take: (seq) => write(seq + TAKEN),
    settle: write,
  };
}
