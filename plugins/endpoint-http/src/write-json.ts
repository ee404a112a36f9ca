import type { ServerResponse } from 'node:http';
import type { Segments } from '@switchyard/protocol';
import { sizeOf } from './segments.ts';

/** Up to this size a body is joined with its head, so that both go out in one write. */
const SMALL = 32 * 1024;

/** Writes a whole JSON body, whose length the client learns first. */
export function writeJson(
  response: ServerResponse,
  status: number,
  segments: Segments,
  headers?: Readonly<Record<string, string>>,
): void {
  const size = sizeOf(segments);
  const own = { 'Content-Type': 'application/json', 'Content-Length': size };
  response.writeHead(status, headers ? { ...own, ...headers } : own);
  if (size <= SMALL) {
    // As a string, which Node joins with the head; latin1 is one character a byte, so the bytes stay what they are.
    response.end(latin1(segments), 'latin1');
    return;
  }
  response.cork();
  for (const segment of segments) response.write(segment);
  response.uncork();
  response.end();
}

function latin1(segments: Segments): string {
  let text = '';
  for (const { buffer, byteOffset, length } of segments) {
    text += Buffer.from(buffer, byteOffset, length).toString('latin1');
  }
  return text;
}
