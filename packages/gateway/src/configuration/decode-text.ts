/** The bytes of a file as text, without its byte order mark; or what it is instead. */
export function decodeText(bytes: Uint8Array): string | { readonly reason: string } {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { reason: 'the file is UTF-16' };
  if (bytes.includes(0)) return { reason: isWide(bytes) ? 'the file is UTF-16' : 'the file is binary' };
  try {
    // It takes a byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { reason: 'the file is not valid UTF-8' };
  }
}

/** Every second byte of ASCII in UTF-16 is zero. */
function isWide(bytes: Uint8Array): boolean {
  return (bytes[0] === 0) !== (bytes[1] === 0);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
};

/** Why a file could not be read, in words. */
export function readingReason(error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
