/** More than these no honest template has; each costs a pass over the URI. */
const MAX_PARTS = 64;
const MAX_LENGTH = 8_192;

/** A piece of a template: fixed text, or an expression and what it can stand for. */
type Part =
  | { readonly kind: 'literal'; readonly text: string; readonly fallback: readonly number[] }
  /** `lead` begins it, and then the whole may be absent; it ends before `stop`. */
  | { readonly kind: 'expression'; readonly lead: string; readonly stop: string };

/** A URI template, ready to match. */
export interface UriTemplate {
  /** Characters outside expressions: of two templates that match, the one with more says more. */
  readonly literals: number;
  /** How much a match may cost at most for each character of the URI. */
  readonly parts: readonly Part[];
}

/**
 * Reads a template of RFC 6570. An expression matches what its operator can expand to, with one liberty: values are
 * not checked for percent-encoding. `{name}` ends at a slash, as in the official SDKs; `{name*}` and `{+name}` do not.
 * @returns undefined if it is none, or has more than 64 parts or 8,192 characters
 */
export function parseTemplate(template: string): UriTemplate | undefined {
  if (template.length > MAX_LENGTH) return undefined;
  const parts: Part[] = [];
  let literals = 0;
  let at = 0;
  while (at < template.length) {
    if (parts.length === MAX_PARTS) return undefined;
    const open = template.indexOf('{', at);
    const text = template.slice(at, open < 0 ? undefined : open);
    if (text.includes('}')) return undefined;
    if (text !== '') {
      parts.push({ kind: 'literal', text, fallback: fallbacks(text) });
      literals += text.length;
    }
    if (open < 0) break;
    const close = template.indexOf('}', open);
    const part = close < 0 ? undefined : expression(template.slice(open + 1, close));
    if (part === undefined) return undefined;
    parts.push(part);
    at = close + 1;
  }
  return { literals, parts };
}

function expression(inside: string): Part | undefined {
  const [, operator = '', names = ''] = /^([+#./;?&]?)([\w%][\w.%:*,-]*)$/.exec(inside) ?? [];
  if (names === '') return undefined;
  const many = names.includes('*') || (operator === '/' && names.includes(','));
  switch (operator) {
    case '':
      return { kind: 'expression', lead: '', stop: many ? '' : '/' };
    case '+':
      return { kind: 'expression', lead: '', stop: '' };
    case '#':
      return { kind: 'expression', lead: '#', stop: '' };
    case '?':
    case '&':
      return { kind: 'expression', lead: operator, stop: '#' };
    default:
      return { kind: 'expression', lead: operator, stop: many ? '' : '/' };
  }
}

/** Whether a glance at both ends leaves it possible that the template matches. */
export function mayMatch({ parts, literals }: UriTemplate, uri: string): boolean {
  const [first, last] = [parts[0], parts.at(-1)];
  if (uri.length < literals) return false;
  if (first?.kind === 'literal' && !uri.startsWith(first.text)) return false;
  return last?.kind !== 'literal' || uri.endsWith(last.text);
}

/**
 * Whether the template can expand to the URI. Follows all ways to match at once, so that its cost is the URI's length
 * times the number of parts for any template: with backtracking, a template of a server could stop the gateway.
 */
export function matches(template: UriTemplate, uri: string): boolean {
  if (!mayMatch(template, uri)) return false;
  // reached[i]: the parts so far can have matched the first i characters.
  let reached = new Uint8Array(uri.length + 1);
  let next = new Uint8Array(uri.length + 1);
  reached[0] = 1;
  for (const part of template.parts) {
    next.fill(0);
    if (part.kind === 'literal') stepLiteral(part.text, part.fallback, uri, reached, next);
    else stepExpression(part.lead, part.stop, uri, reached, next);
    [reached, next] = [next, reached];
  }
  return reached[uri.length] === 1;
}

/** Knuth, Morris, Pratt: each place where `text` ends, whose beginning was reached, is reached. */
function stepLiteral(
  text: string,
  fallback: readonly number[],
  uri: string,
  reached: Uint8Array,
  next: Uint8Array,
): void {
  let length = 0;
  for (let index = 0; index < uri.length; index++) {
    while (length > 0 && (length === text.length || uri[index] !== text[length]))
      length = fallback[length - 1] ?? 0;
    if (uri[index] === text[length]) length++;
    if (length === text.length && reached[index + 1 - length] === 1) next[index + 1] = 1;
  }
}

function stepExpression(
  lead: string,
  stop: string,
  uri: string,
  reached: Uint8Array,
  next: Uint8Array,
): void {
  let inside = false;
  if (lead !== '') next.set(reached);
  for (let index = 0; index < uri.length; index++) {
    const begins = reached[index] === 1 && (lead === '' || uri[index] === lead);
    const goesOn: boolean = (inside || (begins && lead === '')) && uri[index] !== stop;
    inside = goesOn || (begins && lead !== '');
    if (inside) next[index + 1] = 1;
  }
}

/** For each beginning of `text` the length of its longest proper beginning that is also its end. */
function fallbacks(text: string): readonly number[] {
  const table = new Array<number>(text.length).fill(0);
  let length = 0;
  for (let index = 1; index < text.length; index++) {
    while (length > 0 && text[index] !== text[length]) length = table[length - 1] ?? 0;
    if (text[index] === text[length]) length++;
    table[index] = length;
  }
  return table;
}
