import { isPlainObject } from '../configuration/plain-object.ts';

/** Names below this are those of variables and headers: deeper ones are data. */
const DEEPEST = 2;

/** The paths at which two objects differ, `env.API_KEY`: names only. */
export function differingKeys(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  depth = 1,
): readonly string[] {
  return Object.keys({ ...one, ...other }).flatMap((key) => {
    const [before, after] = [one[key], other[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    // What is absent differs from an object in each of its keys.
    const [left, right] = [before ?? {}, after ?? {}];
    if (depth === DEEPEST || !isPlainObject(left) || !isPlainObject(right)) return [key];
    const below = differingKeys(left, right, depth + 1);
    return below.length === 0 ? [key] : below.map((name) => `${key}.${name}`);
  });
}
