import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** A NUL ends a C string: the kernel would be given less than what stands here. The value itself is never shown. */
const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('\0'), 'must not contain a NUL character'),
);

const variableName = v.pipe(v.string(), v.regex(/^[^=\0]+$/, 'a variable name must not contain "=" or NUL'));

const variables = v.pipe(
  v.record(variableName, v.union([text, v.number(), v.boolean(), v.null()])),
  // After the check: a union would not pass the words of a pipe within it on, and repeat the value in its own.
  v.transform((entries) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [
        name,
        typeof value === 'string' ? new Secret(value) : value,
      ]),
    ),
  ),
);

/** One server's entry, as MCP hosts write it. */
export const StdioTarget = v.object({
  type: v.optional(v.picklist(['stdio', 'local'])),
  /** One executable: a path, or a name to look for in PATH. Never a command line. */
  command: v.pipe(text, v.nonEmpty('must not be empty')),
  /** Given to the program as they are; no shell reads them. */
  args: v.optional(v.array(text), []),
  /** Variables beside the inherited ones; `null` takes an inherited one away. Any text among them may be a secret. */
  env: v.optional(variables, {}),
  /** The folder to run in; a relative one begins at the folder of the configuration, which is also the default. */
  cwd: v.optional(text),
  /** `true`: the gateway's whole environment; names: these beside the ones that every server inherits. */
  inheritEnv: v.optional(v.union([v.boolean(), v.array(v.string())]), false),
});

/** A target as its schema leaves it. */
export type StdioTarget = v.InferOutput<typeof StdioTarget>;
