import type { Segments } from '@switchyard/protocol';

/** From this size on a copy costs more than a write of its own. */
const LARGE = 32 * 1024;

/** The same bytes in the pieces to write: what is large as it is, never copied; what is small between them in one. */
export function pieces(segments: Segments): Segments {
  const found: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  const join = (): void => {
    if (run.length > 0) found.push(run.length === 1 ? run[0]! : Buffer.concat(run));
    run = [];
  };
  for (const segment of segments) {
    if (segment.length < LARGE) {
      run.push(segment);
      continue;
    }
    join();
    found.push(segment);
  }
  join();
  return found;
}
