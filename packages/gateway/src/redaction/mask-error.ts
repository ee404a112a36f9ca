import { types } from 'node:util';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { Redactor } from './redactor.ts';

/** Errors have causes, and those have some too; nobody reads deeper. */
const DEEPEST = 8;
const TEXTS = ['message', 'stack', 'where', 'excerpt', 'why', 'remedy'] as const;

/**
 * Masks all that an error says, its causes too, and returns it. In place: a copy would be of another class and of
 * another origin, and an error on its way out of the gateway is nobody else's any more.
 */
export function maskError(error: unknown, redact: Redactor, depth = 0): unknown {
  if (depth > DEEPEST || typeof error !== 'object' || error === null) return error;
  if (!types.isNativeError(error) && !SwitchyardError.is(error)) return error;
  const members = error as unknown as Record<string, unknown>;
  for (const key of TEXTS) maskMember(members, key, redact);
  const { details } = members;
  if (typeof details === 'object' && details !== null)
    for (const key of Object.keys(details)) maskMember(details as Record<string, unknown>, key, redact);
  maskError(members['cause'], redact, depth + 1);
  if (Array.isArray(members['errors']))
    for (const each of members['errors']) maskError(each, redact, depth + 1);
  return error;
}

function maskMember(members: Record<string, unknown>, key: string, redact: Redactor): void {
  const text = members[key];
  if (typeof text !== 'string') return;
  const masked = redact(text);
  if (masked !== text) Reflect.set(members, key, masked);
}
