import { ERRORS, type ErrorCode, type ErrorDetails, type ErrorSpec } from './error-table.ts';

/** Beside the details that fill a message: where it happened, why it probably did, what caused it. */
export interface ErrorPlace {
  /** File and line, or key: `switchyard.jsonc:5  mcpServers.files.command`. */
  readonly where?: string;
  /** The source lines around `where` with a mark under the fault; values in them are masked. */
  readonly excerpt?: string;
  readonly why?: string;
  /** Instead of the table's remedy, where more is known. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. What can go wrong stands in `ERRORS`; recognise an error by its `code`
 * (`SwitchyardError.is`), never by `instanceof`: two copies of this package may be in one tree.
 */
export class SwitchyardError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'SwitchyardError';
  readonly code: Code;
  readonly details: ErrorDetails;
  readonly where: string | undefined;
  readonly excerpt: string | undefined;
  readonly why: string | undefined;
  readonly remedy: string;

  constructor(code: Code, details: ErrorDetails = {}, place: ErrorPlace = {}) {
    const spec: ErrorSpec = ERRORS[code];
    super(fill(spec.message, details), place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.details = details;
    this.where = place.where;
    this.excerpt = place.excerpt;
    this.why = place.why;
    this.remedy = fill(place.remedy ?? spec.remedy, details);
  }

  /** The stable number that people search for: `SWY-E501`. */
  get number(): string {
    return `SWY-E${this.spec.number}`;
  }

  get spec(): ErrorSpec {
    return ERRORS[this.code];
  }

  /** Whether `error` is one of ours, from whatever copy of this package, and of this code if one is named. */
  static is<Code extends ErrorCode>(error: unknown, code?: Code): error is SwitchyardError<Code> {
    if (typeof error !== 'object' || error === null || !('code' in error) || !('name' in error)) return false;
    if (error.name !== 'SwitchyardError') return false;
    return code === undefined || error.code === code;
  }

  /** Any thrown value as one of ours; what is not becomes BUG with the value as its cause. */
  static from(error: unknown): SwitchyardError {
    if (SwitchyardError.is(error)) return error as SwitchyardError;
    return new SwitchyardError(
      'BUG',
      { what: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

/** `{name}` in a template becomes the detail of that name. */
function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : String(value);
  });
}
