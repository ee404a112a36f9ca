import * as v from 'valibot';
import type { Serve } from './peer.ts';

const isServe = (value: unknown): value is Serve => typeof value === 'function';

const Module = v.object({
  /** An ES module; a relative path begins at the folder of the configuration. */
  module: v.string(),
  /** Which of its exports serves. */
  export: v.optional(v.string(), 'default'),
  arguments: v.optional(v.record(v.string(), v.unknown()), {}),
});

/** One server's entry: a module that a configuration names, or a function where the gateway is embedded. */
export const MemoryTarget = v.union(
  [v.object({ serve: v.custom<Serve>(isServe) }), Module],
  'expected { "module": "./server.mjs" } or { serve: function }',
);

/** A target as its schema leaves it. */
export type MemoryTarget = v.InferOutput<typeof MemoryTarget>;
