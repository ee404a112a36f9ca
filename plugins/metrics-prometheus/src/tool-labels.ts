import { isLabel, OTHER } from './label.ts';
import type { ServerRecord } from './server-record.ts';

/** Which tools have series of their own: `limit` of them over all servers, the first that are called. */
export interface ToolLabels {
  label(record: ServerRecord, tool: string): string;
  /** Whether any tool is named. */
  readonly named: boolean;
  /** The tools of a server that is gone make room for others. */
  forget(record: ServerRecord): void;
  /** Calls that were counted as `_other`. */
  readonly shed: number;
}

/**
 * `limit` 0: no tool is named. A name that `redact` would change is not either: a server may put what it was told into
 * the names of its tools, and whoever reads metrics needs no token.
 */
export function createToolLabels(limit: number, redact: (text: string) => string): ToolLabels {
  let used = 0;
  let shed = 0;
  return {
    named: limit > 0,
    label({ tools }, tool) {
      if (limit === 0) return '';
      if (tools.has(tool)) return tool;
      if (used < limit && tool !== OTHER && isLabel(tool) && redact(tool) === tool) {
        tools.add(tool);
        used += 1;
        return tool;
      }
      shed += 1;
      return OTHER;
    },
    forget({ tools }) {
      used -= tools.size;
    },
    get shed() {
      return shed;
    },
  };
}
