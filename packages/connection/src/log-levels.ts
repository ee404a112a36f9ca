import { LOG_LEVELS, type DoorSession, type LogLevel } from '@switchyard/plugin-api';

/** The least severe log message that each client session wants (2025-11-25, logging, setting log level). */
export class LogLevels {
  readonly #wanted = new Map<string, { readonly session: DoorSession; readonly level: LogLevel }>();

  set(session: DoorSession, level: LogLevel): void {
    this.#wanted.set(session.audience, { session, level });
  }

  forget({ audience }: DoorSession): void {
    this.#wanted.delete(audience);
  }

  /** The lowest level that one of these sessions wants; undefined if none of them said. */
  lowest(concerns: (session: DoorSession) => boolean): LogLevel | undefined {
    let lowest: number | undefined;
    for (const { session, level } of this.#wanted.values()) {
      const rank = LOG_LEVELS.indexOf(level);
      if ((lowest === undefined || rank < lowest) && concerns(session)) lowest = rank;
    }
    return lowest === undefined ? undefined : LOG_LEVELS[lowest];
  }
}
