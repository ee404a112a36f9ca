/**
 * What a server inside this process holds: its end of the wire. Messages arrive after the current work is done, in
 * order, never from within `send`; once either side has closed, none does.
 */
export interface MemoryPeer {
  /** Sends one JSON-RPC message. Bytes given away must not be changed any more. */
  send(message: Uint8Array | string): void;
  /** Names who takes the gateway's messages; what arrived before is lost. An exception in it ends the wire. */
  onMessage(take: (bytes: Uint8Array) => void): void;
  /** Called once when the wire ends, whoever ended it. */
  onClose(run: () => void): void;
  /** Ends the wire, after what was sent before. */
  close(): void;
}

/**
 * A server: called once for each wire, before the first message. `options` are the target's `arguments`.
 * What it returns is called when the wire ends, like `onClose`.
 */
export type Serve = (peer: MemoryPeer, options: Readonly<Record<string, unknown>>) => void | (() => void);
