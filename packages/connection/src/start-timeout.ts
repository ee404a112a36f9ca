import { cause, doubtful, lastWords } from './cause.ts';
import type { Session } from './session.ts';
import type { Cause } from './state.ts';

/** Why a start took too long, with what was seen meanwhile: a server that logs to stdout looks like one that hangs. */
export function startTimeout(
  server: string,
  seconds: number,
  { wire, dropped, stray }: Pick<Session, 'wire' | 'dropped' | 'stray'>,
): Cause {
  const { pid } = wire.info;
  const words = wire.lastWords ?? {};
  const said = lastWords(words);
  const seen = [
    ...(pid === undefined ? [] : [`the process is alive, pid ${pid}`]),
    ...(stray === undefined
      ? []
      : [`lines on stdout that are no MCP: ${dropped}, the first was ${stray}; it must log to stderr`]),
    ...(said === undefined ? [] : [said]),
  ];
  const why = seen.length === 0 ? {} : { why: seen.join('; ') };
  return doubtful(cause('START_TIMEOUT', { server, method: 'initialize', seconds }, why), words);
}
