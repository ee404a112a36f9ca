/** The revisions with sessions, newest first. */
export const LEGACY_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** The revision that we ask for, and answer with to a client that asks for one we do not know. */
export const LATEST_LEGACY = '2025-11-25';

/** What servers may answer with: the draft before the first revision is still spoken by some, and differs in nothing here. */
export const SERVER_VERSIONS: readonly string[] = [...LEGACY_VERSIONS, '2024-10-07'];
