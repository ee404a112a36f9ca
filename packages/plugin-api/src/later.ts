/*
 * The shapes of extension points whose readers are not part of the default installation yet. They stand here so that
 * the contract is whole; a contribution that nothing reads is reported at boot (PLUGIN_CONTRIBUTION_UNREAD).
 */

/** Answers for requests to one upstream: adds what proves us, and says what to do when that was refused. */
export interface Credential {
  readonly name: string;
  authorize(request: { readonly url: string; readonly headers: Record<string, string> }): Promise<void>;
  onRefused(status: number, challenge: string | undefined): Promise<'retry' | 'needs-person'>;
}

/** Resolves `${secret:name}`. */
export interface SecretProvider {
  readonly name: string;
  /** The secret, or undefined if this provider has none of that name. */
  read(name: string): Promise<string | undefined>;
}

/** Gives a configuration from somewhere other than the file. */
export interface ConfigSource {
  readonly name: string;
  read(): Promise<unknown>;
}

/** A part of the admin API: type definitions and their resolvers, as plain data and functions. */
export interface AdminModule {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: Readonly<Record<string, unknown>>;
  /**
   * The admin API is not loaded at the start for its sake: what is wrong with it, or clashes, is found when somebody asks,
   * or when there is time. Absent: it is found at the start, which then waits for GraphQL to be loaded.
   */
  readonly late?: boolean;
}
