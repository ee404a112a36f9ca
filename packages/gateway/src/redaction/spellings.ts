/** Shorter values are no secrets worth the name, and masking them would mask half of every sentence. */
export const SHORTEST_SECRET = 6;
/** A line of a secret of several lines (a private key) is looked for by itself from this length on. */
const SHORTEST_LINE = 12;

/**
 * Every way in which a secret may turn up in a text: as it is, escaped for JSON (once, and as JSON within JSON), for a
 * URL or a form, and within something that was encoded in base64, like `user:password` in a header.
 */
export function spellings(secret: string): readonly string[] {
  const texts = [secret, secret.trim(), ...linesOf(secret)];
  const all = texts.flatMap((text) => [text, ...escaped(text), ...inUrl(text), ...inBase64(text)]);
  return [...new Set(all)].filter((text) => text.length >= SHORTEST_SECRET);
}

function linesOf(secret: string): readonly string[] {
  if (!secret.includes('\n')) return [];
  return secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
}

function escaped(text: string): readonly string[] {
  const once = insideQuotes(text);
  return [once, insideQuotes(once)];
}

function insideQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inUrl(text: string): readonly string[] {
  let encoded: string;
  try {
    encoded = encodeURIComponent(text);
  } catch {
    // Half a surrogate pair can be in no URL.
    return [];
  }
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [encoded, lower, encoded.replaceAll('%20', '+')];
}

/**
 * What base64 makes of it wherever it stands in the encoded text: three bytes become four characters, so there are three
 * ways. Characters that its neighbours have a part in are left out.
 */
function inBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = [0, 2, 3][before]!;
    return (['base64', 'base64url'] as const).map((alphabet) => {
      const encoded = shifted.toString(alphabet).replaceAll('=', '');
      return encoded.slice(from, shifted.length % 3 === 0 ? undefined : -1);
    });
  });
}
