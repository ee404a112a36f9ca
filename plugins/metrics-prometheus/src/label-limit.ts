import { isLabel, OTHER } from './label.ts';

/** Label values that others choose: the first of them as they are, the rest as one. */
export interface LabelLimit {
  /** The value to show; what is not shown by its own name is counted as shed. */
  label(value: string): string;
  /** How often a value was not shown by its own name. */
  readonly shed: number;
}

/** Shows at most `limit` different values. */
export function labelLimit(limit: number): LabelLimit {
  const shown = new Set<string>();
  let shed = 0;
  return {
    label(value) {
      if (shown.has(value)) return value;
      if (shown.size < limit && value !== OTHER && isLabel(value)) {
        shown.add(value);
        return value;
      }
      shed += 1;
      return OTHER;
    },
    get shed() {
      return shed;
    },
  };
}
