import { LOG_LEVELS, type LogLevel, type Payload } from '@switchyard/plugin-api';
import { stringIn } from '@switchyard/protocol';

/**
 * Which log messages a client wants to hear (2025-11-25, logging, setting log level). Nothing set: all, and then no
 * message is looked into.
 */
export class LogFilter {
  #from = 0;

  set(level: LogLevel): void {
    this.#from = LOG_LEVELS.indexOf(level);
  }

  /** @param params of `notifications/message`; what has no level that can be read passes. */
  passes(params: Payload): boolean {
    if (this.#from === 0) return true;
    const severity = LOG_LEVELS.indexOf(levelOf(params) as LogLevel);
    return severity === -1 || severity >= this.#from;
  }
}

function levelOf(params: Payload): string | undefined {
  try {
    return stringIn(params, 'level');
  } catch {
    // Some plugin made params that are no object. A client that takes them may have them.
    return undefined;
  }
}
