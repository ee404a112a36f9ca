import { Secret } from '@switchyard/plugin-api';
import { isPlainObject } from './plain-object.ts';
import { isPublicValue, isRandom, namesSecret, urlOf } from './public-value.ts';
import { looksLikeSecret } from './secret-literal.ts';

/** Collects what a configuration says that nobody may see, so that it can be masked wherever it turns up. */
export interface KnownSecrets {
  /** A value that is one whatever it looks like. */
  add(value: string): void;
  /** The value of a variable that was put in somewhere. */
  addVariable(name: string, value: string): void;
  /** All that looks like one in a server's target or a plugin's options, by its key or by itself. */
  addFrom(value: unknown, key?: string): void;
  readonly list: readonly Secret[];
}

/** Keys whose values are taken for secrets unless they plainly are none. */
const PRIVATE_MAPS: ReadonlySet<string> = new Set(['env', 'headers']);
/** `Bearer x`: the word before the secret is none (RFC 9110, 11.4). */
const SCHEME = /^(?:bearer|basic|token|apikey|api-key|key)\s+/i;
/** `--token=x`, `API_KEY=x`, `Authorization: x`: an argument that names its value. */
const NAMED = /^-{0,2}([A-Za-z][\w.-]*)(?:=|:\s*)(.+)$/s;
/** What comes before a command line that is one argument: `sh -c`, `bash -lc`. */
const COMMAND_FLAG = /^-[a-z]*c$|^-{1,2}command$/i;
/** The words of such a command line, with their quotes. */
const WORDS = /(?:[^\s"';&|()]|"[^"]*"|'[^']*')+/g;

/** An empty collection. */
export function knownSecrets(): KnownSecrets {
  const values = new Set<string>();

  const add = (value: string): void => {
    const credential = value.replace(SCHEME, '');
    values.add(credential);
    if (!/^basic\s/i.test(value)) return;
    const decoded = Buffer.from(credential, 'base64').toString();
    const colon = decoded.indexOf(':');
    if (colon >= 0) values.add(decoded.slice(colon + 1));
  };
  const addUnlessPublic = (value: string): void => {
    if (!isPublicValue(value)) add(value);
  };
  const addVariable = (name: string, value: string): void => {
    if (namesSecret(name)) add(value);
    else addUnlessPublic(value);
  };
  const addFromUrl = ({ username, password, searchParams, pathname }: URL): void => {
    for (const part of [username, password]) if (part !== '') add(decoded(part));
    for (const [name, value] of searchParams) addVariable(name, value);
    for (const segment of pathname.split('/')) if (isRandom(segment)) add(decoded(segment));
  };
  const addFromText = (text: string): void => {
    const url = urlOf(text);
    if (url) addFromUrl(url);
    else if (looksLikeSecret(text)) add(text);
  };
  const addFromArguments = (items: readonly unknown[]): void => {
    items.forEach((item, index) => {
      if (typeof item !== 'string') return addFrom(item);
      const before = items[index - 1];
      if (
        typeof before === 'string' &&
        before.startsWith('-') &&
        !before.includes('=') &&
        namesSecret(before)
      )
        return add(item);
      if (typeof before === 'string' && COMMAND_FLAG.test(before)) return addFromArguments(wordsOf(item));
      const [, name, value] = NAMED.exec(item) ?? [];
      if (name !== undefined && namesSecret(name)) add(value!);
      else addFromText(item);
    });
  };
  const addFrom = (value: unknown, key = ''): void => {
    if (Array.isArray(value)) addFromArguments(value);
    else if (isPlainObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        if (PRIVATE_MAPS.has(key) && typeof item === 'string' && !namesSecret(name)) addUnlessPublic(item);
        addFrom(item, name);
      }
    } else if (typeof value === 'string') {
      if (namesSecret(key)) add(value);
      else addFromText(value);
    }
  };

  return {
    add,
    addVariable,
    addFrom,
    get list() {
      return [...values].filter((value) => value !== '').map((value) => new Secret(value));
    },
  };
}

function wordsOf(commandLine: string): readonly string[] {
  return (commandLine.match(WORDS) ?? []).map((word) => word.replace(/["']/g, ''));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
