/** Who can do something about an error. `model`: the text is written for the client's model. */
export type ErrorReader = 'operator' | 'author' | 'model' | 'client';

/** One row of the table. Placeholders in `message` and `remedy` are filled from the error's details. */
export interface ErrorSpec {
  /** Stable for ever; shown as `SWY-E<number>`. The hundreds group: see the table. */
  readonly number: number;
  readonly message: string;
  readonly remedy: string;
  /** The code in a JSON-RPC error object. */
  readonly rpc: number;
  /** Whether the same thing may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly reader: ErrorReader;
  /** Whose doing it is. */
  readonly origin: 'client' | 'gateway' | 'upstream-transport' | 'upstream-protocol';
  /** The exit code of a command that ends with it. */
  readonly exit: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
}

/** What fills a message's placeholders. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** What rows of one kind have in common. */
export const gateway = { rpc: -32603, retryable: false, reader: 'operator', origin: 'gateway' } as const;
export const configuration = { ...gateway, exit: 6 } as const;
export const plugin = { ...gateway, exit: 8 } as const;
export const start = { ...gateway, rpc: -33010, origin: 'upstream-transport', exit: 4 } as const;
export const client = { retryable: false, reader: 'client', origin: 'client', exit: 1 } as const;
