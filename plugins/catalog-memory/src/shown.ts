const MAX_SHOWN = 60;
const MAX_LISTED = 5;

/** A name that a server chose, fit for a line that people read: quoted, clipped, no control characters. */
export function shown(name: string): string {
  const clipped = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  // JSON escapes ASCII controls only; U+202E and its like turn the rest of a line around.
  return JSON.stringify(clipped).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    '?',
  );
}

/** The first few of many names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  return names.slice(0, MAX_LISTED).map(shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
