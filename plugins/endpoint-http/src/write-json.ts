import type { ServerResponse } from 'node:http';
import type { Segments } from '@switchyard/protocol';
import { pieces, sizeOf } from './segments.ts';

/** Writes a whole JSON body, whose length the client learns first. */
export function writeJson(
  response: ServerResponse,
  status: number,
  segments: Segments,
  headers?: Readonly<Record<string, string>>,
): void {
  const size = sizeOf(segments);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': size,
    'Cache-Control': 'no-store',
    ...headers,
  });
  const all = pieces(segments, size);
  if (all.length === 1) {
    response.end(all[0]);
    return;
  }
  response.cork();
  for (const piece of all) response.write(piece);
  response.uncork();
  response.end();
}
