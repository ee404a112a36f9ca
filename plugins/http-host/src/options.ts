import { isAbsolute } from 'node:path';
import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { parseHost, parseOrigin } from './guards.ts';

const Port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const HostName = v.pipe(v.string(), v.minLength(1));

// Every message is written out: valibot's own repeat the value they refuse, and this value is a secret.
const TOKEN_RULE = 'a token is a string of 1 to 4,096 visible ASCII characters without spaces';
const Token = v.pipe(
  v.union([v.string(), v.custom<Secret>(Secret.is)], TOKEN_RULE),
  v.transform((token) => (Secret.is(token) ? token : new Secret(token))),
  v.check((token) => /^[\x21-\x7e]{1,4096}$/.test(token.reveal()), TOKEN_RULE),
);
const Principal = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._@-]{1,64}$/, 'the name of a token has 1 to 64 characters of A-Z a-z 0-9 . _ @ -'),
  v.check((name) => name !== 'admin', 'the name "admin" belongs to the admin token'),
  // Principals that the dispatch gives out itself: who has no token must not be taken for one who has.
  v.check(
    (name) => name !== 'local' && name !== 'anonymous',
    'the names "local" and "anonymous" belong to requests without a token',
  ),
);
const Tokens = v.pipe(
  v.record(Principal, Token),
  v.check(
    (tokens) =>
      new Set(Object.values(tokens).map((token) => token.reveal())).size === Object.keys(tokens).length,
    'two names have the same token',
  ),
);

const AllowedHost = v.pipe(
  v.string(),
  v.check(
    (text) => parseHost(text) !== undefined,
    'must be a host name or address, with or without a port: "gateway.example:8443"',
  ),
);
const AllowedOrigin = v.pipe(
  v.string(),
  v.check((text) => parseOrigin(text) !== undefined, 'must be an origin: "https://app.example"'),
);

/** The plugin's options: `listen` of the configuration. */
export const HttpHostConfig = v.optional(
  v.strictObject({
    /** The absolute path of a Unix socket that serves both audiences, and then nothing listens on TCP. */
    socket: v.optional(v.pipe(v.string(), v.check(isAbsolute, 'must be an absolute path'))),
    host: v.optional(HostName, '127.0.0.1'),
    /** 0: any free port. */
    port: v.optional(Port, 4620),
    /** Where admin routes listen. Absent: with the client routes on loopback, else on 127.0.0.1:4621. */
    admin: v.optional(
      v.strictObject({ host: v.optional(HostName, '127.0.0.1'), port: v.optional(Port, 4621) }),
    ),
    /** Principal → bearer token, as text or as a Secret. Where there is one, every client route needs one. */
    tokens: v.optional(Tokens, {}),
    /** Further values of `Host`; without a port, every port. */
    allowedHosts: v.optional(v.array(AllowedHost), []),
    /** Web pages that may send requests. */
    allowedOrigins: v.optional(v.array(AllowedOrigin), []),
    maxBodyBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 4 * 1024 * 1024),
    /** What all bodies that are being read may have together. */
    maxBodiesBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 64 * 1024 * 1024),
  }),
  {},
);

/** The options, checked and completed. */
export type HttpHostOptions = v.InferOutput<typeof HttpHostConfig>;
