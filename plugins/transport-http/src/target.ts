import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** Headers that the wire sets itself, or that change how messages are framed. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', 'expect'],
  ...['content-length', 'content-type', 'content-encoding', 'accept', 'accept-encoding'],
  ...['mcp-session-id', 'mcp-protocol-version', 'last-event-id'],
]);

/** RFC 9110, 5.6.2: what the name of a header is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const url = v.pipe(
  v.string('must be a string'),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? faultOfUrl(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
);

const headers = v.pipe(
  v.record(v.string(), v.string('must be a string'), 'must be an object of strings'),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? faultOfHeaders(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
  v.transform((entries): Readonly<Record<string, Secret>> =>
    Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, new Secret(value)])),
  ),
);

/** A server entry with `url`, or the `options` of `"transport": "http"`. */
export const HttpTarget = v.object({
  /** Where the server's MCP endpoint is. */
  url,
  /** Sent with each request. */
  headers: v.optional(headers, {}),
});

/** The target as its schema leaves it. */
export type HttpTarget = v.InferOutput<typeof HttpTarget>;

/** Why a text is no address of a server. It is never repeated: it may hold a secret. */
function faultOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a whole URL: "https://host/path"';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://';
  if (username !== '' || password !== '')
    return 'must hold no user and no password: put them into "headers" ("Authorization": "Basic ${VAR}")';
  return undefined;
}

function faultOfHeaders(entries: Readonly<Record<string, string>>): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(entries)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) return 'the name of a header is made of letters, digits and "-"';
    if (OWN_HEADERS.has(lower)) return `"${name}" is set by switchyard itself`;
    if (seen.has(lower)) return `"${name}" is given twice`;
    // eslint-disable-next-line no-control-regex -- these are what it looks for
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
      return `the value of "${name}" must hold no line breaks and no control characters`;
    if (/[^\0-\xff]/.test(value)) return `the value of "${name}" must be Latin-1`;
    seen.add(lower);
  }
  return undefined;
}
