import type { Readable, Writable } from 'node:stream';
import type { Paint } from './paint.ts';

/** Where a command runs and what it may speak to: everything of the process that commands use. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly stdin: Readable;
  /** For bytes that are none of ours (`switchyard stdio`); whoever has words to say prints or tells them. */
  readonly stdout: Writable;
  /** Data: one line or more to stdout. */
  print(text: string): void;
  /** Talk: one line or more to stderr. */
  tell(text: string): void;
  readonly out: Side;
  readonly err: Side;
}

/** One of the two streams to write to. */
export interface Side {
  /** A person looks at it. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly paint: Paint;
}
