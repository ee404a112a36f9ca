import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';

/** A NUL ends a C string: the kernel would be given less than what stands here. The value itself is never shown. */
const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('\0'), 'must not contain a NUL character'),
);

const secretText = v.pipe(
  text,
  v.transform((value) => new Secret(value)),
);

const variableName = v.pipe(v.string(), v.regex(/^[^=\0]+$/, 'a variable name must not contain "=" or NUL'));

/** One server's entry, as MCP hosts write it. */
export const StdioTarget = v.object({
  type: v.optional(v.picklist(['stdio', 'local'])),
  /** One executable: a path, or a name to look for in PATH. Never a command line. */
  command: v.pipe(text, v.nonEmpty('must not be empty')),
  /** Given to the program as they are; no shell reads them. */
  args: v.optional(v.array(text), []),
  /** Variables beside the inherited ones, for any may be a secret as Secrets; `null` takes an inherited one away. */
  env: v.optional(v.record(variableName, v.union([secretText, v.number(), v.boolean(), v.null()])), {}),
  /** The folder to run in; a relative one begins at the folder of the configuration, which is also the default. */
  cwd: v.optional(text),
  /** `true`: the gateway's whole environment; names: these beside the ones that every server inherits. */
  inheritEnv: v.optional(v.union([v.boolean(), v.array(v.string())]), false),
});

/** A target as its schema leaves it. */
export type StdioTarget = v.InferOutput<typeof StdioTarget>;
