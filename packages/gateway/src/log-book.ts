import { types } from 'node:util';
import {
  SwitchyardError,
  type Clock,
  type LineLevel,
  type Log,
  type LogEntry,
  type LogFields,
  type Logs,
} from '@switchyard/plugin-api';
import type { Observable } from 'rxjs';
import type { Logging } from './configuration/index.ts';
import { placeOf, wantedOf, type LineSource, type Wanted } from './logging/line-levels.ts';
import { LineRing, type RingLimits } from './logging/line-ring.ts';
import { LineStream } from './logging/line-stream.ts';
import { plainValue } from './logging/plain-value.ts';
import type { Redactor } from './redaction/redactor.ts';

/** How much of the log is kept (docs/architecture.md, values). */
const KEPT: RingLimits = { lines: 2_000, size: 1024 * 1024 };

/** What a log book is made of. */
export interface LogBookParts {
  /** Where the lines go that are to be written. */
  readonly sink: Log;
  readonly logging: Logging;
  readonly redact: Redactor;
  readonly clock: Pick<Clock, 'date'>;
  readonly limits?: RingLimits;
}

/**
 * The one log of a gateway. Every line of kernel, servers and plugins comes through here: its secrets are masked, it
 * gets a number, is kept for a while, told to whoever follows, and written if its source's level says so.
 */
export class LogBook implements Logs {
  readonly #parts: LogBookParts;
  readonly #ring: LineRing;
  readonly #stream = new LineStream();
  #logging: Logging;
  #seq = 0;
  #isWriting = false;
  #unwritten = 0;
  /** For who has no name of its own; `with` makes the others'. */
  readonly log: Log;

  constructor(parts: LogBookParts) {
    this.#parts = parts;
    this.#logging = parts.logging;
    this.#ring = new LineRing(parts.limits ?? KEPT);
    this.log = this.#logOf({});
  }

  /** Other levels, for all who log already, too. */
  configure(logging: Logging): void {
    this.#logging = logging;
  }

  recent(): readonly LogEntry[] {
    return this.#ring.entries();
  }

  get lines$(): Observable<LogEntry> {
    return this.#stream.lines$;
  }

  /** What was let go: lines not kept any more, told to nobody, not written because the sink failed. */
  get counts(): { readonly shed: number; readonly untold: number; readonly unwritten: number } {
    return { shed: this.#ring.shed, untold: this.#stream.untold, unwritten: this.#unwritten };
  }

  #logOf(facts: LogFields): Log {
    const source = sourceOf(facts);
    let logging = this.#logging;
    let wanted = wantedOf(logging, source);
    // One that nobody wants costs two comparisons: whoever asks for more levels need not start anything anew.
    const at = (level: LineLevel): Log['info'] => {
      const place = placeOf(level);
      return (message, fields) => {
        if (logging !== this.#logging) {
          logging = this.#logging;
          wanted = wantedOf(logging, source);
        }
        if (place >= wanted.kept) this.#add(level, message, [facts, fields ?? {}], wanted);
      };
    };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (more) => this.#logOf({ ...facts, ...more }),
    };
  }

  #add(level: LineLevel, message: string, given: readonly LogFields[], wanted: Wanted): void {
    const { redact, clock, sink } = this.#parts;
    const text = plainValue(String(message), redact);
    const plain = plainFields(given, redact, wanted.written === placeOf('debug'));
    this.#seq += 1;
    const { plugin, server, correlationId, ...fields } = plain.fields;
    const entry: LogEntry = {
      seq: this.#seq,
      at: clock.date(),
      level,
      message: text.value as string,
      ...(typeof plugin === 'string' && { plugin }),
      ...(typeof server === 'string' && { server }),
      ...(typeof correlationId === 'string' && { correlationId }),
      fields,
    };
    this.#ring.push(entry, text.size + plain.size);
    if (placeOf(level) >= wanted.written) this.#write(sink, entry, plain.fields);
    this.#stream.tell(entry);
  }

  /** The sink is somebody else's: it must not end what was only to be logged, and not log about its own lines. */
  #write(sink: Log, { level, message }: LogEntry, fields: LogFields): void {
    if (this.#isWriting) {
      this.#unwritten += 1;
      return;
    }
    this.#isWriting = true;
    try {
      sink[level](message, fields);
    } catch {
      this.#unwritten += 1;
    } finally {
      this.#isWriting = false;
    }
  }
}

function sourceOf({ plugin, server }: LogFields): LineSource {
  return {
    ...(typeof plugin === 'string' && { plugin }),
    ...(typeof server === 'string' && { server }),
  };
}

/** Facts as plain data. Of an error the message, its number where it has one, and the stack where it is wanted. */
function plainFields(
  given: readonly LogFields[],
  redact: Redactor,
  withStacks: boolean,
): { readonly fields: Record<string, unknown>; readonly size: number } {
  const fields: Record<string, unknown> = {};
  let total = 0;
  const put = (key: string, value: unknown): void => {
    const { value: plain, size } = plainValue(value, redact, key);
    fields[key] = plain;
    total += key.length + size;
  };
  try {
    for (const facts of given) {
      for (const key of Object.keys(facts)) {
        const value = facts[key];
        if (value === undefined) continue;
        put(key, value);
        if (typeof value !== 'object' || !types.isNativeError(value)) continue;
        if (SwitchyardError.is(value) && facts['code'] === undefined) put('code', value.number);
        if (withStacks && facts['stack'] === undefined) put('stack', value.stack);
      }
    }
  } catch {
    // A getter that throws: the line itself is worth more than its facts.
    fields['unreadable'] = true;
  }
  return { fields, size: total };
}
