/** A value in the store, and the version to name when it is replaced. */
export interface StoreEntry {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/**
 * The state directory: the only way to write there. Entries are whole files, written atomically, readable by their
 * owner only. Names are paths of `[a-z0-9._-]` segments that do not begin with a dot, at most 200 characters;
 * every method refuses others with STORE_NAME_INVALID.
 */
export interface Store {
  /** Where it is, for people. */
  readonly folder: string;
  /** @throws STORE_UNREADABLE when the disk refuses. */
  get(name: string): Promise<StoreEntry | undefined>;
  /**
   * Writes, and resolves to the new version when it is on disk.
   * @param expected only if the entry has this version now; `'absent'`: only if there is none.
   * @throws STORE_CONFLICT when it has not; STORE_FAILED when the disk refuses.
   */
  put(name: string, bytes: Uint8Array, expected?: string): Promise<string>;
  /** Does nothing if there is none. */
  delete(name: string): Promise<void>;
  /** Names that begin with `prefix`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
}
