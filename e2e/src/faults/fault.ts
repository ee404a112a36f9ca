import path from 'node:path';
import type { Command } from '../harness/sdk-client.ts';
import type { Bench } from './bench.ts';

/** Where a fault happens. */
export interface Place {
  /** Of this test alone. */
  readonly folder: string;
  /** Where a server writes what it executes. */
  logOf(server: string): string;
  /** The gateway's own waits are so many times shorter: 1 where times are measured. */
  readonly scale: number;
  /** So long on this machine's clock, as the configuration must have it. */
  lasting(ms: number): string;
}

/** How long a server may take to start where nothing else is said: a process starts no faster in a hurry. */
export const START_MS = 30_000;

/** The name of the server that fails. */
export const FAULTY = 'faulty';

export function placeIn(folder: string, scale: number): Place {
  return {
    folder,
    logOf: (server) => path.join(folder, `${server}.log`),
    scale,
    lasting: (ms) => `${ms * scale}ms`,
  };
}

/** A server as a configuration has it, with whatever else its entry says. */
export type Entry = Command & Readonly<Record<string, unknown>>;

/** A figure that the criterion bounds. */
export interface Measure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'starts';
  /** As the criterion has it; a story asserts ten times as much of what is a time. */
  readonly limit: number;
}

/** What was seen of a fault, once what must be true of it was. */
export interface Seen {
  /** For people, of what was counted and not of what was hoped for. */
  readonly says: string;
  readonly measures?: readonly Measure[];
}

/** What the bare client is asked to do with the same server. */
export interface BarePlan {
  /** How many calls at once; 0: it only connects and closes. */
  readonly calls: number;
  /** `echo` without it. */
  readonly tool?: string;
  /** Of so many bytes beside the nonce. */
  readonly argumentBytes?: number;
  /** `pipe`: as whoever wants to show it asks for it, and it is not read. `ignore` without it. */
  readonly stderr?: 'ignore' | 'pipe';
  /** What happens to the server after so many milliseconds. */
  readonly signals?: readonly { readonly afterMs: number; readonly signal: 'SIGSTOP' | 'SIGCONT' }[];
}

/** A fault: the server that has it, and what is then done and looked at. */
export interface Fault {
  readonly server: (place: Place) => Entry;
  /** Servers beside it, by name. */
  readonly others?: (place: Place) => Readonly<Record<string, Entry>>;
  /** Makes it happen, and checks what must be true then. */
  readonly prove: (bench: Bench) => Promise<Seen>;
  /** Undefined: there is nothing that the bare client could do. */
  readonly bare?: BarePlan;
  /**
   * How many times shorter the gateway's waits are in a story, where something that is not hurried has to fit into
   * them; 1: as long as they are.
   */
  readonly hurry?: number;
  /** The server never becomes ready, so it is not waited for. */
  readonly unready?: true;
  /** `ulimit -n` of the gateway. */
  readonly descriptors?: number;
}
