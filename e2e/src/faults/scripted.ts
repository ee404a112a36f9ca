import path from 'node:path';
import { scriptedServer, type Script, type Step } from '@switchyard/testing';
import { FAULTY, START_MS, type Entry, type Place } from './fault.ts';

/** A server whose first run follows these steps; its later runs have no faults. */
export function failsOnce(place: Place, steps: readonly Step[], more: object = {}): Entry {
  return scripted(place, [steps, []], more);
}

/** A server all of whose runs follow these steps. */
export function failsAlways(place: Place, steps: readonly Step[], more: object = {}): Entry {
  return scripted(place, [steps], more);
}

/** A server whose runs follow these steps, each its own. */
export function scripted(place: Place, runs: Script['runs'], more: object = {}, name = FAULTY): Entry {
  const server = scriptedServer({
    executionLog: place.logOf(name),
    runs,
    runCount: startsFile(place, name),
  });
  return { ...server, startupTimeout: place.lasting(START_MS), ...more };
}

/** From the `nth` call `to` another, or that one alone. */
export function atCall(nth: number, to = nth): Exclude<Step['at'], 'start'> {
  return { method: 'tools/call', nth, to };
}

/** Has a byte for each start of the server. */
export function startsFile({ folder }: Place, name = FAULTY): string {
  return path.join(folder, `${name}.starts`);
}
