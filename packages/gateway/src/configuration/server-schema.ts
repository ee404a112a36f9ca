import * as v from 'valibot';
import { durationOf } from './duration.ts';
import { plainObject } from './plain-object.ts';

/** What the kernel of Linux takes as one argument (MAX_ARG_STRLEN); other systems take less in all. */
const LONGEST_ARGUMENT = 131_071;

const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('\0'), 'contains a NUL byte'),
  v.check(
    (value) => Buffer.byteLength(value) <= LONGEST_ARGUMENT,
    `is longer than ${LONGEST_ARGUMENT} bytes`,
  ),
);

const address = v.pipe(
  text,
  v.check((value) => value.trim() !== '', 'is empty'),
);

const headers = plainObject(v.record(v.string(), text));

const duration = v.pipe(
  v.union([v.number(), v.string()]),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ms = durationOf(dataset.value);
    if (typeof ms === 'number') return ms;
    addIssue({ message: ms.reason });
    return NEVER;
  }),
);

/** Section 12 of the architecture: only `timeout` has the spelling in seconds that other clients use. */
const timeout = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform((value) => (isTimeoutInSeconds(value) ? value * 1_000 : value)),
  duration,
);

const seconds = v.pipe(
  v.number(),
  v.minValue(0.001, 'must be above 0 s'),
  v.maxValue(86_400, 'must be at most 86400 s, which is 24 h'),
);

/** Whether a `timeout` is so small that it is taken for seconds. */
export function isTimeoutInSeconds(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1_000;
}

const count = (least: number) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(65_536, 'must be at most 65536'),
  );

/** When calls to it are held back: architecture, section 12. */
const breakerNumbers = plainObject(
  v.objectWithRest(
    {
      failures: v.exactOptional(count(1)),
      window: v.exactOptional(duration),
      cooldown: v.exactOptional(duration),
    },
    v.never('is not supported: only failures, window and cooldown are'),
  ),
);

/** A name, or one with `*` in it, which stands for any text. */
const toolGlob = v.pipe(v.string(), v.minLength(1, 'is empty'));

/** The keys of a server entry that are understood, and what they may hold. The one source of both. */
export const ServerEntry = v.object({
  type: v.exactOptional(v.string()),
  command: v.exactOptional(
    v.pipe(
      text,
      v.check((value) => value.trim() !== '', 'is empty'),
    ),
  ),
  args: v.exactOptional(v.array(text)),
  env: v.exactOptional(
    v.pipe(
      plainObject(v.record(v.string(), v.union([text, v.number(), v.boolean(), v.null()]))),
      v.check(
        (env) => Object.keys(env).every((name) => /^[^=\0]+$/.test(name)),
        'has an empty name, or one with "="',
      ),
    ),
  ),
  envFile: v.exactOptional(address),
  cwd: v.exactOptional(
    v.pipe(
      text,
      v.check((value) => value !== '', 'is empty'),
    ),
  ),
  inheritEnv: v.exactOptional(v.union([v.boolean(), v.array(v.string())])),
  url: v.exactOptional(address),
  serverUrl: v.exactOptional(address),
  httpUrl: v.exactOptional(address),
  headers: v.exactOptional(headers),
  http_headers: v.exactOptional(headers),
  transport: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^(@[a-z0-9-]+\/)?[a-z0-9-]+$/, 'is no transport kind: write it like "websocket"'),
    ),
  ),
  options: v.exactOptional(plainObject(v.record(v.string(), v.unknown()))),
  enabled: v.exactOptional(v.boolean()),
  disabled: v.exactOptional(v.boolean()),
  start: v.exactOptional(v.picklist(['eager', 'lazy', 'manual'])),
  startupTimeout: v.exactOptional(duration),
  startup_timeout_sec: v.exactOptional(seconds),
  idleTimeout: v.exactOptional(duration),
  timeout: v.exactOptional(timeout),
  tool_timeout_sec: v.exactOptional(seconds),
  reload: v.exactOptional(v.picklist(['make-first', 'break-first'])),
  limits: v.exactOptional(
    plainObject(
      v.objectWithRest(
        { maxConcurrent: v.exactOptional(count(1)), queue: v.exactOptional(count(0)) },
        v.never('is not supported: only maxConcurrent and queue are'),
      ),
    ),
  ),
  breaker: v.exactOptional(v.lazy((breaker) => (breaker === false ? v.literal(false) : breakerNumbers))),
  tools: v.exactOptional(plainObject(v.looseObject({ retrySafe: v.exactOptional(v.array(toolGlob)) }))),
  prefix: v.exactOptional(v.union([v.string(), v.boolean()])),
  sharing: v.exactOptional(v.picklist(['principal', 'session', 'all'])),
});

/** A server entry whose keys were checked; durations are milliseconds. */
export type ServerEntry = v.InferOutput<typeof ServerEntry>;
