import type { Era } from '../era.ts';
import { legacyDownstream } from './legacy-downstream.ts';
import { legacyUpstream } from './legacy-upstream.ts';
import { LEGACY_VERSIONS } from './legacy-versions.ts';

/** The revisions with sessions: `initialize`, requests of the server's own, notifications outside of requests. */
export const legacy: Era = {
  name: 'legacy',
  versions: LEGACY_VERSIONS,
  upstream: legacyUpstream,
  downstream: legacyDownstream,
};
