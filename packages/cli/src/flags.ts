/** Flags that every command has. */
export interface GlobalFlags {
  readonly config?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Flags of the commands that speak to a running gateway. */
export interface RemoteFlags extends GlobalFlags {
  readonly url?: string;
  readonly token?: string;
}
