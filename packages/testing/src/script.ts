/**
 * What a scripted server does beside answering, and when: by the count of messages, never by a clock, so that every run
 * of a script is the same.
 */
export interface Script {
  /** Where it writes each call that it executes, one line a call; see `ExecutionLog`. Absent: nowhere. */
  readonly executionLog?: string;
  /** The steps of each of its runs in turn, by its count of starts; the last one is that of all further runs. */
  readonly runs: readonly (readonly Step[])[];
  /** A file in which the starts are counted, one byte each. Needed where `runs` has more than one. */
  readonly runCount?: string;
}

/** One deviation. */
export interface Step {
  /**
   * At which message: the `nth` (from 1) request or notification of this method in this run, or each from it `to` that
   * one. `start`: before any.
   */
  readonly at: { readonly method: string; readonly nth: number; readonly to?: number } | 'start';
  /**
   * For `tools/call`: before the call is executed and logged, or after, in place of its answer. Default `after`. A call
   * is executed whatever is done before, unless the process has ended by then.
   */
  readonly when?: 'before' | 'after';
  readonly do: readonly Action[];
}

/**
 * Done in order. An action that says nothing of the answer leaves it as it is: it follows the actions. Actions on the
 * answer add up: `raw` and `repeated` send raw bytes repeatedly. `start` and notifications have no answer of their own.
 */
export type Action =
  /** Ends, without an answer. */
  | { readonly exit: number }
  | { readonly kill: 'SIGKILL' | 'SIGSTOP' | 'SIGSEGV' }
  /** The answer is sent here and not at the end: what follows happens after it. */
  | { readonly answer: 'now' }
  /** The message gets no answer, now or later. */
  | { readonly answer: 'none' }
  /** The answer is sent so many times. */
  | { readonly answer: 'repeated'; readonly times: number }
  /** The answer is sent when the method was asked `after` more times, before the answer to the last of these. */
  | { readonly answer: 'late'; readonly after: number }
  /** The answer's id is this JSON text instead: `"1"`, `null`, `1.0`, `9007199254740993`. `$id` stands for the real one. */
  | { readonly answer: 'id'; readonly id: string }
  /**
   * These bytes instead of the answer, as they are and without a line end of their own. Latin-1: a char is a byte.
   * `$id` stands for the real id, `$answer` for the bytes of the real answer without its line end: `\xef\xbb\xbf$answer\r\n`.
   */
  | { readonly answer: 'raw'; readonly text: string }
  /** The answer with so many bytes more in it; `newline: false` leaves its line end out. */
  | { readonly answer: 'large'; readonly bytes: number; readonly newline?: boolean }
  /** From here on every byte is written alone. */
  | { readonly split: 'bytes' }
  /** So many lines, on stdout, that answer nothing; `$i` counts them from 1. */
  | { readonly noise: string; readonly lines: number }
  /** So many bytes on stderr, in lines; `forever` goes on until it ends. */
  | { readonly stderr: number | 'forever' }
  | { readonly close: 'stdout' | 'stdin' }
  /** Reads no more, not even what it has already; process and pipes stay, and SIGTERM ends it. */
  | { readonly stop: 'reading' }
  /** From here on SIGTERM and the end of stdin are ignored. */
  | { readonly ignore: 'stop' }
  /**
   * Starts so many children that live until they are killed and never read: with its stdout, or without; `session`: as
   * leaders of sessions of their own; `stubborn`: SIGTERM does not end them.
   */
  | {
      readonly grandchildren: number;
      readonly stdout?: boolean;
      readonly session?: boolean;
      readonly stubborn?: boolean;
    }
  /** Keeps the processor busy for so many turns of a loop of a million. */
  | { readonly busy: number };
