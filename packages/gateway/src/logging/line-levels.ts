import { LINE_LEVELS, type LineLevel } from '@switchyard/plugin-api';
import type { Logging } from '../configuration/index.ts';

/** Whose lines they are. */
export interface LineSource {
  readonly plugin?: string;
  readonly server?: string;
}

/** The places of the least levels that are wanted, in `LINE_LEVELS`. */
export interface Wanted {
  /** Given to whoever embeds the gateway. */
  readonly written: number;
  /** Kept, and told to who follows the log: never less than from `info` on, whatever little is written. */
  readonly kept: number;
}

/** What is wanted of a source: a server's own level wins over its plugin's, and that over the general one. */
export function wantedOf({ level, levels }: Logging, { plugin, server }: LineSource): Wanted {
  const ofServer = server === undefined ? undefined : levels[`server:${server}`];
  const ofPlugin = plugin === undefined ? undefined : levels[plugin];
  const least = ofServer ?? ofPlugin ?? level;
  const written = least === 'trace' ? 0 : placeOf(least);
  return { written, kept: Math.min(written, placeOf('info')) };
}

/** Where a level stands among all. */
export function placeOf(level: LineLevel): number {
  return LINE_LEVELS.indexOf(level);
}
