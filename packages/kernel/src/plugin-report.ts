import type { SwitchyardError } from '@switchyard/plugin-api';
import type { UnloadedPlugin } from './plugin-loader.ts';

/** What became of one plugin, for people. */
export interface PluginReport {
  /** Its own id; as long as that is not known, the name by which it was asked for. */
  readonly id: string;
  /** The name by which it was asked for. */
  readonly name: string;
  /** The module it came from; absent if it was not found, or given as an object. */
  readonly file?: string;
  readonly state: 'ready' | 'failed';
  /** Milliseconds that its set-up took. */
  readonly bootMs: number;
  /** Ids of tokens. */
  readonly needs: readonly string[];
  readonly provides: readonly string[];
  /** Ids of extension points that it contributes to now. */
  readonly contributes: readonly string[];
  /** Labels of what it would take to undo it now, oldest first. */
  readonly holds: readonly string[];
  readonly problem?: SwitchyardError;
}

/** The part of a report that does not change any more. */
export function reportOf(
  { id, reference, file, needs = [], provides = [] }: UnloadedPlugin,
  now: Pick<PluginReport, 'state' | 'bootMs' | 'contributes' | 'holds'>,
  problem?: SwitchyardError,
): PluginReport {
  return {
    id,
    name: reference.name,
    ...(file === undefined ? {} : { file }),
    needs: needs.map((token) => token.id),
    provides: provides.map((token) => token.id),
    ...now,
    ...(problem === undefined ? {} : { problem }),
  };
}
