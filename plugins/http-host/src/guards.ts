import { SwitchyardError } from '@switchyard/plugin-api';

/** A `Host` in one spelling: lower case, no trailing dot. */
export interface HostPort {
  readonly name: string;
  readonly port: number | undefined;
}

/** What of a request the guards look at; all values of a header, for a repeated one must not hide. */
export interface RequestHead {
  readonly target: string | undefined;
  readonly headerCount: number;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

/** Which hosts and origins are served. Built once a listener knows its port. */
export interface AllowList {
  /** `name:port`, and `name` for every port. */
  readonly hosts: ReadonlySet<string>;
  /** `scheme://name:port`. */
  readonly origins: ReadonlySet<string>;
}

/** Why a request goes no further, as an HTTP status and an error. */
export interface GuardRefusal {
  readonly status: 400 | 403 | 431;
  readonly error: SwitchyardError;
}

/** More than these many header fields are refused. Node drops what is over its own limit in silence, `Origin` too. */
export const MAX_HEADERS = 100;

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(\d{1,5}))?$/i;
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([^/]+)$/i;
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const UNSPECIFIED = new Set(['0.0.0.0', '[::]']);

/** Whether only this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Reads a `Host` header; undefined if it is none (RFC 9110, 7.2). */
export function parseHost(text: string): HostPort | undefined {
  const match = HOST.exec(text);
  if (!match) return undefined;
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && port > 65_535) return undefined;
  return { name: match[1]!.toLowerCase(), port };
}

/** Reads an `Origin` header into one spelling with its port; undefined for `null` and what is no origin (RFC 6454, 7). */
export function parseOrigin(text: string): string | undefined {
  const match = ORIGIN.exec(text);
  const host = match ? parseHost(match[2]!) : undefined;
  if (!match || !host) return undefined;
  const scheme = match[1]!.toLowerCase();
  const port = host.port ?? { http: 80, https: 443 }[scheme];
  return port === undefined ? `${scheme}://${host.name}` : `${scheme}://${host.name}:${port}`;
}

/** Loopback names and the bound address with our ports, and what the configuration adds. */
export function allowList(from: {
  readonly bound: readonly string[];
  readonly ports: readonly number[];
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}): AllowList {
  // A page on http://0.0.0.0 reaches loopback past the browser's own defences: it is never an address of ours.
  const bound = from.bound
    .map((host) => (host.includes(':') ? `[${host}]` : host))
    .filter((host) => !UNSPECIFIED.has(host));
  const withPorts = (names: readonly string[]) =>
    names.flatMap((name) => from.ports.map((port) => `${name.toLowerCase()}:${port}`));
  const configured = from.allowedHosts.flatMap((text) => {
    const host = parseHost(text);
    return host ? [host.port === undefined ? host.name : `${host.name}:${host.port}`] : [];
  });
  const origins = from.allowedOrigins.flatMap((text) => parseOrigin(text) ?? []);
  return {
    hosts: new Set([...withPorts([...LOOPBACK_NAMES, ...bound]), ...configured]),
    origins: new Set([...withPorts(LOOPBACK_NAMES).map((host) => `http://${host}`), ...origins]),
  };
}

/**
 * Decides on a request's head, before anything of its body is read: against DNS rebinding and pages of other origins
 * (MCP 2025-11-25, transports, security warning).
 */
export function guard(head: RequestHead, allowed: AllowList): GuardRefusal | undefined {
  if (head.headerCount > MAX_HEADERS) return refusal(431, `more than ${MAX_HEADERS} header fields`);
  if (!head.target?.startsWith('/')) return refusal(400, 'the request line must name a path, not a URL');
  const [text, another] = head.hosts;
  if (text === undefined || another !== undefined)
    return refusal(400, 'there must be exactly one Host header');
  const host = parseHost(text);
  if (!host) return refusal(400, 'the Host header is not a host');
  if (!allowed.hosts.has(host.name) && !allowed.hosts.has(`${host.name}:${host.port ?? 80}`)) {
    return { status: 403, error: new SwitchyardError('HOST_REFUSED', { host: shown(text) }) };
  }
  for (const origin of head.origins) {
    const known = parseOrigin(origin);
    if (known === undefined || !allowed.origins.has(known)) {
      return { status: 403, error: new SwitchyardError('ORIGIN_REFUSED', { origin: shown(origin) }) };
    }
  }
  return undefined;
}

function refusal(status: 400 | 431, reason: string): GuardRefusal {
  return { status, error: new SwitchyardError('HTTP_MALFORMED', { reason }) };
}

/** A stranger's header in a message of ours: cut, so that it cannot fill a log. */
function shown(header: string): string {
  return header.length > 100 ? `${header.slice(0, 100)}…` : header;
}
