import { fileURLToPath } from 'node:url';
import type { Script } from './script.ts';

/** How a server is started: an entry of `mcpServers`. */
export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
}

/** The built program, also where this package is used from its sources. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../dist/scripted-server.js' : './scripted-server.js',
    import.meta.url,
  ),
);

/**
 * A server that does what the script says.
 * @param script a string is the path of a file with it: an argument may not be longer than 128 KiB.
 */
export function scriptedServer(script: Script | string): ServerEntry {
  const argument = typeof script === 'string' ? `@${script}` : JSON.stringify(script);
  return { command: process.execPath, args: [PROGRAM, argument] };
}
