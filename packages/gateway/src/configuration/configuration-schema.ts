import * as v from 'valibot';
import { byteSizeOf } from './byte-size.ts';
import { plainObject } from './plain-object.ts';

const PORT = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be from 0 to 65535; 0 takes any free port'),
  v.maxValue(65_535, 'must be from 0 to 65535'),
);

const NAMES = v.array(v.pipe(v.string(), v.minLength(1, 'is empty')));

const HOST = v.pipe(v.string(), v.minLength(1, 'is empty'));

const MIB = 1 << 20;
const RESPONSE_BYTES = { least: 1_024, most: 64 * MIB };

const responseBytes = v.pipe(
  v.union([v.number(), v.string()]),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = byteSizeOf(dataset.value);
    if (bytes !== undefined && bytes >= RESPONSE_BYTES.least && bytes <= RESPONSE_BYTES.most) return bytes;
    addIssue({ message: 'must be from 1KiB to 64MiB: bytes as a number, or "500KB", "10MiB"' });
    return NEVER;
  }),
);

const count = (most: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(most, `must be at most ${most}`),
  );

const listenHttp = v.object({
  host: v.exactOptional(HOST),
  port: v.exactOptional(PORT),
  path: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^\/[A-Za-z0-9._~/-]*$/, 'must begin with "/" and hold letters, digits and ._~-/ only'),
    ),
  ),
  allowedOrigins: v.exactOptional(NAMES),
  allowedHosts: v.exactOptional(NAMES),
  tokens: v.exactOptional(plainObject(v.record(v.string(), v.pipe(v.string(), v.minLength(1, 'is empty'))))),
});

const listenAdmin = v.object({ host: v.exactOptional(HOST), port: v.exactOptional(PORT) });

const plugin = v.union(
  [v.boolean(), plainObject(v.record(v.string(), v.unknown()))],
  'expected true, false or options',
);
const pluginItem = v.union(
  [v.string(), v.strictTuple([v.string()]), v.strictTuple([v.string(), plugin])],
  'expected a name, or [name, options]',
);

const pluginList = v.array(pluginItem);
const pluginMap = plainObject(v.record(v.string(), plugin));

const listen = v.object({
  // `lazy` instead of `union`, so that a fault is told where it is and not as "one of these".
  http: v.exactOptional(v.lazy((http) => (http === true ? v.literal(true) : plainObject(listenHttp)))),
  admin: v.exactOptional(plainObject(listenAdmin)),
});

const limits = v.object({
  maxProcesses: v.exactOptional(count(100_000)),
  maxConnections: v.exactOptional(count(1_000_000)),
  maxResponseBytes: v.exactOptional(responseBytes),
});

const lineLevel = v.picklist(['trace', 'debug', 'info', 'warn', 'error']);
const SOURCE = /^(server:)?[^:\s][^:]*$/;
const logging = v.object({
  level: v.exactOptional(lineLevel),
  levels: v.exactOptional(
    plainObject(
      v.record(
        v.pipe(
          v.string(),
          v.regex(SOURCE, 'names no source: write a plugin\'s id, or "server:" and its name'),
        ),
        lineLevel,
      ),
    ),
  ),
});

const serverMap = plainObject(v.record(v.string(), v.unknown()));

/** Everything above the servers, whose entries are checked one by one. The one source of keys and values. */
export const TopLevel = v.object({
  $schema: v.exactOptional(v.string()),
  version: v.exactOptional(v.literal(1)),
  /** What VS Code asks its user for. Nothing is asked here: a server that wants such a value says so by itself. */
  inputs: v.exactOptional(v.unknown()),
  mcpServers: v.exactOptional(serverMap),
  servers: v.exactOptional(serverMap),
  plugins: v.exactOptional(v.lazy((plugins) => (Array.isArray(plugins) ? pluginList : pluginMap))),
  listen: v.exactOptional(plainObject(listen)),
  limits: v.exactOptional(plainObject(limits)),
  logging: v.exactOptional(plainObject(logging)),
});

/** The top of a configuration whose keys were checked. */
export type TopLevel = v.InferOutput<typeof TopLevel>;

/** The keys that are understood, by the path of the object that has them. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(TopLevel.entries),
  listen: Object.keys(listen.entries),
  'listen.http': Object.keys(listenHttp.entries),
  'listen.admin': Object.keys(listenAdmin.entries),
  limits: Object.keys(limits.entries),
  logging: Object.keys(logging.entries),
};
