/** How a line begins that sets a variable. */
const HEAD = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*/;
const QUOTES = new Set(['"', "'", '`']);

/** What is wrong with a dotenv text: a line from 1, and why. Never a value. */
export interface DotenvFault {
  readonly line: number;
  readonly reason: string;
}

/**
 * The variables of a dotenv text, in its order: `NAME=value` lines, `export` before them, quotes around a value of
 * several lines, `#` comments. Values are taken as they stand; nothing is put into them.
 *
 * `parseEnv` of Node.js is not used because it is silent where something is wrong: a line without `=` becomes a part of
 * the next one's name, and a value whose quote does not end vanishes. A server would start without its token.
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> | DotenvFault {
  const plain = text.replace(/\r\n?/g, '\n');
  const variables = new Map<string, string>();
  let line = 0;
  for (let start = 0; start < plain.length;) {
    line += 1;
    const written = lineAt(plain, start);
    const next = start + written.length + 1;
    const [head, name] = HEAD.exec(written) ?? [];
    if (head === undefined || name === undefined) {
      if (!/^\s*(#|$)/.test(written)) return { line, reason: 'is no NAME=value' };
      start = next;
      continue;
    }
    const quote = written[head.length] ?? '';
    if (!QUOTES.has(quote)) {
      variables.set(
        name,
        written
          .slice(head.length)
          .replace(/(^|\s)#.*$/, '')
          .trimEnd(),
      );
      start = next;
      continue;
    }
    const from = start + head.length + 1;
    const end = closing(plain, from, quote);
    if (end === -1) return { line, reason: `begins with ${quote} and does not end with it` };
    const value = plain.slice(from, end);
    line += value.split('\n').length - 1;
    const behind = lineAt(plain, end + 1);
    if (!/^\s*(#.*)?$/.test(behind)) return { line, reason: `has something behind its ${quote}` };
    variables.set(name, quote === '"' ? unescaped(value) : value);
    start = end + 1 + behind.length + 1;
  }
  return variables;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end);
}

/** Where the quote ends; within double quotes, one behind a backslash does not. */
function closing(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from);
  if (quote === '"') while (at !== -1 && isEscaped(text, from, at)) at = text.indexOf(quote, at + 1);
  return at;
}

function isEscaped(text: string, from: number, at: number): boolean {
  let backslashes = 0;
  while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** As other readers of these files do: a backslash before anything else stays, as in `C:\dir`. */
function unescaped(value: string): string {
  const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', '"': '"' };
  return value.replace(/\\(.)/gs, (whole, character: string) => meant[character] ?? whole);
}
