const MAX_SHOWN = 100;

/** What a client sent, fit for a message that people and models read: clipped, and without what breaks a line. */
export function shown(text: string): string {
  const clipped = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return clipped.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
}
