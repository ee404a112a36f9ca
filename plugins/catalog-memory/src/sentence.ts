import type { SwitchyardError } from '@switchyard/plugin-api';

/** An error as a problem's message: what is wrong, then what to do. */
export function sentence(error: SwitchyardError): string {
  return `${error.message}; ${error.remedy}`;
}
