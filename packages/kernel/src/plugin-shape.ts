import type { AnyPlugin, AnyToken } from '@switchyard/plugin-api';

/**
 * Says why a value is no plugin; undefined if it is one. A plain object will do: who writes JavaScript without
 * importing anything writes no brand.
 */
export function shapeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `its default export is ${describe(value)}`;
  const { id, api, setup, needs, provides, config } = value as Partial<Record<keyof AnyPlugin, unknown>>;
  if (typeof id !== 'string' || id === '') return `its default export has no "id" (${describe(value)})`;
  if (typeof api !== 'number') return `its default export has no "api" (${describe(value)})`;
  if (typeof setup !== 'function') return `its default export has no "setup" function (${describe(value)})`;
  if (!isTokenList(needs)) return `"needs" is not a list of tokens (${describe(needs)})`;
  if (!isTokenList(provides)) return `"provides" is not a list of tokens (${describe(provides)})`;
  if (!isSchema(config)) return `"config" is not a Standard Schema (${describe(config)})`;
  return undefined;
}

function isTokenList(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isToken));
}

function isToken(value: unknown): value is AnyToken {
  if (typeof value !== 'object' || value === null) return false;
  const { id, key } = value as Partial<AnyToken>;
  return typeof id === 'string' && typeof key === 'symbol';
}

function isSchema(value: unknown): boolean {
  if (value === undefined) return true;
  // A schema may be a function with a property, as those of arktype are.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as { readonly '~standard'?: { readonly validate?: unknown } })['~standard'];
  return typeof standard?.validate === 'function';
}

/** What was found instead, for the author: its kind, and the names of its members. Never values, they may be secret. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 10).join(', ')}`;
}
