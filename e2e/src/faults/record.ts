import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where `npm run faults` wants what was seen; undefined in `npm test`. Then the gateway's waits are as long as they are. */
export const RECORDING = process.env['SWITCHYARD_FAULTS_RECORD'];

/** Whether the bare client is to meet the servers too. */
export const WITH_BARE_CLIENT = process.env['SWITCHYARD_FAULTS_BARE'] !== undefined;

/** Keeps what was seen, for the table. */
export function record(name: string, seen: object): void {
  if (RECORDING === undefined) return;
  mkdirSync(RECORDING, { recursive: true });
  writeFileSync(path.join(RECORDING, `${name}.json`), JSON.stringify(seen, undefined, 2));
}
