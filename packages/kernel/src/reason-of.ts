/** What a thrown value says of itself, on one line: its message, never its stack. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error || hasMessage(error) ? error.message : String(error);
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line === '' ? 'no reason was given' : line;
}

/** An error of another realm (a worker, a sandbox) is no instance of this one's `Error`. */
function hasMessage(error: unknown): error is { readonly message: string } {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}
