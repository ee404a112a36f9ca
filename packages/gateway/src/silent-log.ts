import type { Log } from '@switchyard/plugin-api';

/** For who embeds the gateway and wants no log. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
};
