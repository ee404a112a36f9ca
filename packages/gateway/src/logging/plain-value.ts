import { types } from 'node:util';
import { REDACTED, Secret } from '@switchyard/plugin-api';
import { namesSecret } from '../configuration/public-value.ts';
import type { Redactor } from '../redaction/redactor.ts';

/** How much of a value is taken: a line is for people, and none may fill the log by itself. */
const LIMITS = { depth: 4, items: 50, text: 8 * 1024, size: 64 * 1024 };

/** A value as plain data, masked and cut to size. */
export interface PlainValue {
  readonly value: unknown;
  /** About as many characters as it takes. */
  readonly size: number;
}

/**
 * Anything as plain data: errors as their messages, secrets and known values masked, what is too deep or too long cut.
 * What stands under the name of a secret is masked whatever it is; a bare `key` is more often that of a map.
 */
export function plainValue(value: unknown, redact: Redactor, key = ''): PlainValue {
  let size = 0;
  const text = (long: string): string => {
    // Cut twice: a secret at the first cut is still recognised, and gone with the second.
    const masked = redact(long.length > 2 * LIMITS.text ? long.slice(0, 2 * LIMITS.text) : long);
    const short = masked.length > LIMITS.text ? `${masked.slice(0, LIMITS.text)}…` : masked;
    size += short.length;
    return short;
  };
  const list = (items: readonly unknown[], depth: number): unknown => {
    const more = items.length - LIMITS.items;
    const plain = items.slice(0, LIMITS.items).map((item) => take(item, '', depth + 1));
    return more > 0 ? [...plain, `… ${more} more`] : plain;
  };
  const object = (members: object, depth: number): unknown => {
    const names = Object.keys(members);
    const plain = names
      .slice(0, LIMITS.items)
      .map((name) => [text(name), take((members as Record<string, unknown>)[name], name, depth + 1)]);
    const more = names.length - LIMITS.items;
    return Object.fromEntries(more > 0 ? [...plain, ['…', `${more} more`]] : plain);
  };
  const take = (item: unknown, name: string, depth: number): unknown => {
    // Fifty of fifty of fifty of fifty: a request of Node.js, logged by a plugin, would hold up everybody for seconds.
    if (size >= LIMITS.size) return '…';
    size += 8;
    if (typeof item === 'string') return name !== '' && isSecretName(name) ? REDACTED : text(item);
    if (typeof item === 'bigint' || typeof item === 'symbol') return text(String(item));
    if (typeof item === 'function') return 'a function';
    if (typeof item !== 'object' || item === null) return item;
    if (Secret.is(item)) return REDACTED;
    if (types.isNativeError(item) || item instanceof Error) return text(item.message);
    if (ArrayBuffer.isView(item)) return `${item.byteLength} bytes`;
    if (depth >= LIMITS.depth) return '…';
    if (Array.isArray(item)) return list(item, depth);
    if ('toJSON' in item && typeof item.toJSON === 'function') return take(item.toJSON(), name, depth + 1);
    return object(item, depth);
  };
  return { value: take(value, key, 0), size };
}

const judged = new Map<string, boolean>();

/** Names of fields are few and come again with each line. */
function isSecretName(name: string): boolean {
  let verdict = judged.get(name);
  if (verdict === undefined) {
    if (judged.size >= 1_000) judged.clear();
    verdict = name !== 'key' && namesSecret(name);
    judged.set(name, verdict);
  }
  return verdict;
}
