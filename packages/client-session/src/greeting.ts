import type { Door } from '@switchyard/plugin-api';
import type { DownstreamEra, FromClient, Segments } from '@switchyard/protocol';

/** The answer to `initialize` (2025-11-25, lifecycle, initialization): who we are, and what the servers want known. */
export function greeting(
  door: Door,
  era: DownstreamEra,
  hello: Extract<FromClient, { readonly kind: 'hello' }>,
): Segments {
  const instructions = door.instructions();
  return era.welcome(hello, { ...door.info, ...(instructions === undefined ? {} : { instructions }) })
    .segments;
}
