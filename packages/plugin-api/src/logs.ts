import type { Observable } from 'rxjs';

/** How much a line of the gateway's own log matters, least first. */
export const LINE_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LineLevel = (typeof LINE_LEVELS)[number];

/** One line of the gateway's own log. Secrets are masked in it. */
export interface LogEntry {
  /** Grows by one with each line of this run. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: LineLevel;
  readonly message: string;
  /** Who wrote it, and which server it is about. */
  readonly plugin?: string;
  readonly server?: string;
  /** Of the call that it is about: what an error's `correlationId` says. */
  readonly correlationId?: string;
  /** All further facts. Plain data. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The gateway's own log: the token `logs`. */
export interface Logs {
  /** The latest lines, oldest first; a bounded number of them. */
  recent(): readonly LogEntry[];
  /** Each line as it is written; the past is not repeated on subscription. Never errors. */
  readonly lines$: Observable<LogEntry>;
}
