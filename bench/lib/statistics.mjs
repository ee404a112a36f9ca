/** The middle one; of an even count the mean of the middle two. NaN of none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The medians of the fields of rounds. */
export function medians(rounds) {
  const fields = Object.keys(rounds[0] ?? {}).filter((field) => typeof rounds[0][field] === 'number');
  return Object.fromEntries(fields.map((field) => [field, median(rounds.map((round) => round[field]))]));
}
