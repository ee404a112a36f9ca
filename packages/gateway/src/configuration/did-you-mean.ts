import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant, if one is near enough: a slip or two, more in long words. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  // Whoever pastes a novel where a key belongs meant none of ours; the distance is quadratic.
  if (word.length > 100) return undefined;
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps < best) [nearest, best] = [candidate, steps];
  }
  return nearest;
}

/** ` — did you mean "command"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? '' : ` — did you mean "${nearest}"?`;
}
