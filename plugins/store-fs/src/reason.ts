/** A file system error in words, without the path: `EACCES: permission denied`. */
export function reasonOf(error: unknown): string {
  const text = String((error as Error | undefined)?.message ?? error);
  return text.split(',', 1)[0] ?? text;
}

/** Whether `error` is a file system error of one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
