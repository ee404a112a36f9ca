import type { LogLevel, Notice, Payload, ServerLists, SwitchyardError, Wire } from '@switchyard/plugin-api';
import type { GateContext } from './gate.ts';
import type { HistoryContext } from './history.ts';
import type { SessionContext } from './session.ts';
import type { StartTurns } from './start-turns.ts';

/** What a connection works with. */
export interface ConnectionContext extends SessionContext {
  /** The number of the next transition of whatever server. */
  readonly nextSeq: HistoryContext['nextSeq'];
  readonly earlier?: HistoryContext['earlier'];
  /** How many runs there were before this connection. */
  readonly runs?: number | undefined;
  /** Until then no attempt begins: something is left of what had the same files and ports. Never rejects. */
  readonly before?: Promise<void> | undefined;
  /** How many calls it carries at once, and how many more wait; absent: the usual numbers (gate.ts). */
  readonly limits?: GateContext['limits'];
  /** In which attempts that cost this machine something start. Undefined: all of them at once. */
  readonly starts?: StartTurns | undefined;
  /** Why there is no room for one more connection; undefined: there is. */
  readonly mayOpen?: (() => SwitchyardError | undefined) | undefined;
  /** Builds a wire for the next run; it is opened and closed by the connection. May throw. */
  readonly openWire: () => Wire;
  /** The lists were read, whole or only the kinds that changed. Undefined: nobody needs them, and none is read. */
  readonly onLists?: ((lists: ServerLists) => void) | undefined;
  /** The server said something that belongs to no call. */
  readonly onNotice: (kind: Notice['kind'], params: Payload) => void;
  /** The least severe log message that a client of this connection wants. */
  readonly logLevel: () => LogLevel | undefined;
}
