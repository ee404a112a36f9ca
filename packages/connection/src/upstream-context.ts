import type { Log, Notice, ServerTransition, SwitchyardError } from '@switchyard/plugin-api';
import type { Introduction } from '@switchyard/protocol';
import type { ConnectionContext } from './connection-context.ts';
import type { LogLevels } from './log-levels.ts';

/** What all upstreams share. */
export type UpstreamContext = Omit<
  ConnectionContext,
  'server' | 'openWire' | 'onNotice' | 'logLevel' | 'introduction' | 'earlier' | 'limits'
> & {
  /** What each connection declares beside it depends on whose it is. */
  readonly introduction: Omit<Introduction, 'capabilities'>;
  readonly log: Log;
  readonly onNotice: (notice: Notice) => void;
  readonly logLevels: LogLevels;
  /** What became of a server before, oldest first. */
  readonly earlier?: ((server: string) => readonly ServerTransition[]) | undefined;
  readonly mayOpen: () => SwitchyardError | undefined;
};
