import { invalidRequest, type Unreadable } from '@switchyard/client-session';
import type { Framed } from '@switchyard/plugin-api';
import { scan } from '@switchyard/protocol';

/**
 * A line over the limit, as what is answered to it. Its id is known if it stands before the payload, in the part of
 * the line that was kept.
 */
export function oversize(
  { head, length }: Extract<Framed, { oversize: unknown }>['oversize'],
  limit: number,
): Unreadable {
  // What is cut off is no JSON; the scanner says how far it came, and whose message it was.
  const scanned = scan(head);
  const { id, of } = scanned.kind === 'refused' ? scanned.refusal : {};
  return {
    kind: 'unreadable',
    error: invalidRequest(`it has ${length} bytes; at most ${limit} are read`),
    id: of === 'request' ? id : undefined,
  };
}
