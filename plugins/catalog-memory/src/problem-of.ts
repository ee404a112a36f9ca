import type { CatalogProblem, SwitchyardError } from '@switchyard/plugin-api';

/** An error as what people see of it: what, where, why, what to do. */
export function problemOf(error: SwitchyardError): Omit<CatalogProblem, 'server' | 'kind'> {
  const { number: code, message, where, why, remedy } = error;
  return { code, message, ...(where !== undefined && { where }), ...(why !== undefined && { why }), remedy };
}
