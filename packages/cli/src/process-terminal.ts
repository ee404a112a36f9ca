import { homedir } from 'node:os';
import colors from 'picocolors';
import type { Side, Terminal } from './terminal.ts';

/** What a table is made to fit where nobody says how wide the window is. */
const DEFAULT_COLUMNS = 80;

/** The terminal that a process was started in. */
export function openTerminal(process: NodeJS.Process): Terminal {
  const { env, stdin, stdout, stderr } = process;
  // `switchyard list | head` closes the pipe while we write: that is no error, the reader had enough. A terminal that was
  // closed is EIO.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  return {
    env,
    cwd: process.cwd(),
    home: homedir(),
    platform: process.platform,
    stdin,
    stdout,
    print: (text) => void stdout.write(`${text}\n`),
    tell: (text) => void stderr.write(`${text}\n`),
    out: sideOf(stdout, env),
    err: sideOf(stderr, env),
  };
}

function sideOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Side {
  const interactive = stream.isTTY === true;
  return {
    interactive,
    columns: stream.columns || DEFAULT_COLUMNS,
    paint: colors.createColors(isColourful(interactive, env)),
  };
}

/** https://no-color.org: any value but the empty one says no. */
export function isColourful(interactive: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return interactive && env['TERM'] !== 'dumb';
}
