import { randomBytes } from 'node:crypto';
import { Secret, type Store, SwitchyardError } from '@switchyard/plugin-api';

const ENTRY = 'admin-token';

/**
 * The token of admin routes: what the environment says, else the store's entry `admin-token`, which is made with 256
 * random bits if there is none. The store keeps it readable by its owner only.
 * @throws STORE_FAILED if a new one cannot be written.
 */
export async function adminToken(store: Store, environment: string | undefined): Promise<Secret> {
  const given = environment?.trim();
  if (given) return new Secret(given);
  const entry = await store.get(ENTRY);
  const kept = textOf(entry?.bytes);
  if (kept) return new Secret(kept);
  const made = randomBytes(32).toString('base64url');
  try {
    await store.put(ENTRY, Buffer.from(`${made}\n`), entry?.version ?? 'absent');
    return new Secret(made);
  } catch (error) {
    // Another instance with this state directory was quicker: its token is the token.
    const others = SwitchyardError.is(error, 'STORE_CONFLICT')
      ? textOf((await store.get(ENTRY))?.bytes)
      : undefined;
    if (others) return new Secret(others);
    throw error;
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('utf8').trim();
}
