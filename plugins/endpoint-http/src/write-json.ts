import type { ServerResponse } from 'node:http';
import type { Segments } from '@switchyard/protocol';
import { pieces, sizeOf } from './segments.ts';

/** Writes a whole JSON body, whose length the client learns first. */
export function writeJson(
  response: ServerResponse,
  status: number,
  segments: Segments,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': sizeOf(segments),
    'Cache-Control': 'no-store',
    ...headers,
  });
  const [first, ...rest] = pieces(segments);
  if (rest.length === 0) {
    response.end(first);
    return;
  }
  response.cork();
  response.write(first);
  for (const piece of rest) response.write(piece);
  response.uncork();
  response.end();
}
