/**
 * Whether a name is one of these: each a name itself, or one in which `*` stands for any text, however long. Everything
 * else stands for itself, and capitals matter. Takes no more time than the lengths of name and pattern multiplied.
 */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const names = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  if (globs.length === 0) return (name) => names.has(name);
  return (name) => names.has(name) || globs.some((parts) => matches(parts, name));
}

/** Each part in turn where it comes first: with nothing but `*`, no other choice could do better. */
function matches(parts: readonly string[], name: string): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end;
}
