import { PassThrough, Readable } from 'node:stream';
import colors from 'picocolors';
import type { Side, Terminal } from './terminal.ts';

/** A terminal whose output is kept. */
export interface RecordedTerminal extends Terminal {
  readonly printed: string[];
  readonly told: string[];
}

/** A terminal without colours, 80 columns wide, that keeps what is written. */
export function recordedTerminal(options: Partial<Terminal> = {}): RecordedTerminal {
  const printed: string[] = [];
  const told: string[] = [];
  const side: Side = { interactive: false, columns: 80, paint: colors.createColors(false) };
  return {
    env: {},
    cwd: '/nowhere',
    home: '/nowhere',
    platform: 'linux',
    stdin: inputOf(''),
    stdout: new PassThrough(),
    out: side,
    err: side,
    ...options,
    printed,
    told,
    print: (text) => void printed.push(text),
    tell: (text) => void told.push(text),
  };
}

/** A stdin that holds a text. */
export function inputOf(text: string): Readable {
  return Readable.from([Buffer.from(text)], { objectMode: false });
}
