/** The label value of everything that has none of its own. */
export const OTHER = '_other';

/** The longest value of a label that others choose, in UTF-16 units. */
export const MAX_LABEL = 128;

/**
 * `name="value",…` as Prometheus' text format writes it. Values may say anything: quotes, backslashes and line feeds are
 * escaped, everything else stands as it is.
 */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
}

/** Whether a name that somebody else chose can be a label value: not too long, and the same in UTF-8 as here. */
export function isLabel(value: string): boolean {
  return value.length <= MAX_LABEL && isWellFormed(value);
}

/** Whether two values that differ here differ in UTF-8 too. */
export function isWellFormed(value: string): boolean {
  return !/\p{Surrogate}/u.test(value);
}

function escaped(value: string): string {
  return /["\\\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : value;
}
