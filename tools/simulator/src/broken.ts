/** The promises that are checked (the names are those of the design). */
export const INVARIANTS = [
  'R1',
  'R2',
  'R3',
  'R4',
  'R5',
  'R6',
  'R7',
  'R9',
  'R10',
  'R11',
  'R12',
  'R13',
  'R14',
  'R15',
  'R17',
  'R18',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** A promise that was not kept, or something that must never be: a rejection that nobody heard, a step that threw. */
export class Broken extends Error {
  readonly invariant: Invariant | 'fault';
  constructor(invariant: Invariant | 'fault', sentence: string) {
    super(sentence);
    this.invariant = invariant;
  }
}

/** Takes down a promise that was not kept. */
export type Report = (invariant: Broken['invariant'], sentence: string) => void;
