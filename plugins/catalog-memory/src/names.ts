import { createHash } from 'node:crypto';

/** A slug has at most so many characters. */
export const MAX_SLUG = 24;
/** A public name has at most so many: 64, which model APIs allow, less what hosts put in front of it. */
export const MAX_NAME = 47;
/** Between slug and tool. A slug has no `_`, so the first one in a name is this. */
export const SEPARATOR = '__';

const HASH_LENGTH = 6;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * What stands in front of the names of a server: legal, readable, and the same whoever else is configured.
 * Two names may give one slug; whoever assigns slugs refuses the later one (slugs.ts).
 */
export function slugOf(name: string): string {
  const slug = name.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+|-+$/g, '');
  if (slug === '') return `server-${hashOf(name)}`;
  return slug.length <= MAX_SLUG ? slug : `${slug.slice(0, MAX_SLUG - HASH_LENGTH - 1)}-${hashOf(name)}`;
}

/**
 * The name under which clients see a tool or prompt: `<slug>__<own>`, in `[A-Za-z0-9_-]`, at most 47 characters. What
 * cannot stand there as it is gets a hash of the whole original, so that two originals do not become one name.
 * @param slug `''` for a server without a prefix: then the own part stands alone.
 */
export function publicName(slug: string, own: string): string {
  const lead = slug === '' ? '' : slug + SEPARATOR;
  const room = MAX_NAME - lead.length;
  const legal = own.replace(/[^A-Za-z0-9_-]/gu, '_');
  if (legal === own && own !== '' && own.length <= room) return lead + own;
  return `${lead}${legal.slice(0, room - HASH_LENGTH - 1)}-${hashOf(own)}`;
}

/** Six characters of the base32 (RFC 4648, lower case) SHA-256 of the text as UTF-8: 30 bits. */
export function hashOf(text: string): string {
  const bits = createHash('sha256').update(text).digest().readUInt32BE(0);
  return Array.from({ length: HASH_LENGTH }, (_, index) => BASE32[(bits >>> (27 - 5 * index)) & 31]).join('');
}
