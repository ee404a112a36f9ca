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
  /** At which message: the `nth` (from 1) request or notification of this method in this run. `start`: before any. */
  readonly at: { readonly method: string; readonly nth: number } | 'start';
  /** For `tools/call`: before the call is executed and logged, or after, in place of its answer. Default `after`. */
  readonly when?: 'before' | 'after';
  readonly do: readonly Action[];
}

/** Done in order. An action that says nothing of the answer leaves it as it is: it follows the actions. */
export type Action =
  /** Ends, without an answer. */
  | { readonly exit: number }
  | { readonly kill: 'SIGKILL' | 'SIGSTOP' | 'SIGSEGV' }
  /** The message gets no answer, now or later. */
  | { readonly answer: 'none' }
  /** The answer is sent so many times. */
  | { readonly answer: 'repeated'; readonly times: number }
  /** The answer is sent when the method was asked `after` more times. */
  | { readonly answer: 'late'; readonly after: number }
  /** The answer's id is this JSON text instead: `"1"`, `null`, `1.0`, `9007199254740993`. `$id` stands for the real one. */
  | { readonly answer: 'id'; readonly id: string }
  /** These bytes instead of the answer, as they are; `$id` stands for the real one. Latin-1: a char is a byte. */
  | { readonly answer: 'raw'; readonly text: string }
  /** An answer of at least so many bytes; `newline: false` leaves its end out. */
  | { readonly answer: 'large'; readonly bytes: number; readonly newline?: boolean }
  /** From here on every byte is written alone. */
  | { readonly split: 'bytes' }
  /** Lines that are no MCP, on stdout; `$i` counts them. */
  | { readonly noise: string; readonly lines: number }
  /** So many bytes on stderr, in lines; `forever` goes on until it ends. */
  | { readonly stderr: number | 'forever' }
  | { readonly close: 'stdout' | 'stdin' }
  /** Reads no more. Process and pipes stay. */
  | { readonly stop: 'reading' }
  /** From here on SIGTERM and the end of stdin are ignored. */
  | { readonly ignore: 'stop' }
  /** Starts so many children that live until they are killed, with its stdout, or without; `session`: as leaders of their own. */
  | { readonly grandchildren: number; readonly stdout?: boolean; readonly session?: boolean }
  /** Keeps the processor busy for so many turns of a loop of a million. */
  | { readonly busy: number };
