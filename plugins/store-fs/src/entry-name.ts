import { SwitchyardError } from '@switchyard/plugin-api';

const MAX_LENGTH = 200;
/** No leading dot: such names belong to drafts, and `.` and `..` would leave the folder. */
const SEGMENT = /^[a-z0-9_-][a-z0-9._-]*$/;
/** The lock's own files (lock.ts). */
const RESERVED = /^lock(-after-.*)?$/;

/** Whether `name` may name an entry. */
export function isEntryName(name: string): boolean {
  return name.length <= MAX_LENGTH && !RESERVED.test(name) && name.split('/').every(isSegment);
}

/** Whether `segment` may stand between the slashes of a name. */
export function isSegment(segment: string): boolean {
  return SEGMENT.test(segment);
}

/** @throws STORE_NAME_INVALID, before anything on disk is touched. */
export function checkEntryName(name: string): void {
  if (!isEntryName(name)) throw invalid(name);
}

/**
 * The folder part of a prefix and what names in it begin with: `catalog/fi` → `['catalog', 'fi']`.
 * @throws STORE_NAME_INVALID
 */
export function splitPrefix(prefix: string): { readonly folder: string; readonly start: string } {
  const slash = prefix.lastIndexOf('/');
  const folder = slash < 0 ? '' : prefix.slice(0, slash);
  const start = prefix.slice(slash + 1);
  if ((slash >= 0 && !isEntryName(folder)) || (start !== '' && !isSegment(start))) throw invalid(prefix);
  return { folder, start };
}

function invalid(name: string): SwitchyardError {
  const shown = name.length > MAX_LENGTH ? `${name.slice(0, 40)}…` : name;
  return new SwitchyardError('STORE_NAME_INVALID', { name: JSON.stringify(shown) });
}
