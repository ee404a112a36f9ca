import { ERRORS, type SwitchyardError, type ErrorSpec, type Problem } from '@switchyard/plugin-api';

/** The type UserError. */
export interface UserError {
  readonly field: readonly string[] | null;
  readonly code: string;
  readonly number: string;
  readonly message: string;
  readonly hint: string;
}

/** An error of the table, for whoever gave the order. `field`: what was wrong inside the input. */
export function userError(error: SwitchyardError, field: readonly string[] | null = null): UserError {
  const { code, number, message, remedy } = error;
  return { field, code, number, message, hint: remedy };
}

/** What is wrong with a server, for whoever ordered it to be ready. */
export function userErrorOf({ code: number, message, remedy }: Problem): UserError {
  return { field: null, code: NAMES.get(number) ?? number, number, message, hint: remedy };
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries<ErrorSpec>(ERRORS).map(([name, spec]) => [`SWY-E${spec.number}`, name]),
);
