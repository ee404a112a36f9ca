import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Writes lines to `<folder>/log`, readable by its owner only. Past 10 MiB it becomes `log.1` and a new one begins, so
 * that there are never more than two. What cannot be written is dropped: there is nobody to tell.
 */
export function logFile(folder: string, maxBytes = MAX_BYTES): (line: string) => void {
  const file = path.join(folder, 'log');
  let open: { readonly fd: number; size: number } | undefined;

  const begin = (): { readonly fd: number; size: number } => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const fd = openSync(file, 'a', 0o600);
    return { fd, size: fstatSync(fd).size };
  };
  const turn = ({ fd }: { readonly fd: number }): { readonly fd: number; size: number } => {
    closeSync(fd);
    open = undefined;
    renameSync(file, `${file}.1`);
    return begin();
  };
  return (line) => {
    const bytes = Buffer.from(`${line}\n`);
    try {
      open ??= begin();
      if (open.size > 0 && open.size + bytes.length > maxBytes) open = turn(open);
      open.size += writeSync(open.fd, bytes);
    } catch {
      // A full disk must not end a gateway.
    }
  };
}
