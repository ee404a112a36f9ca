import type { ServerPhase, ServerView } from '@switchyard/plugin-api';
import type { Paint } from './paint.ts';
import { problemLines } from './error-report.ts';
import { printable } from './printable.ts';
import { counted, took } from './words.ts';

/** The mark of a phase; its word always stands beside it. */
export function mark(phase: ServerPhase, paint: Paint): string {
  switch (phase) {
    case 'ready':
      return paint.green('✓');
    case 'degraded':
    case 'auth_required':
      return paint.yellow('!');
    case 'backoff':
      return paint.yellow('↻');
    case 'failed':
    case 'crash_loop':
      return paint.red('✗');
    case 'disabled':
      return paint.dim('⏸');
    case 'idle':
    case 'starting':
    case 'negotiating':
    case 'stopping':
    case 'stopped':
      return paint.dim('◌');
  }
}

/** The phase as a word: `auth required`. */
export function phaseWord(phase: ServerPhase): string {
  return phase.replace('_', ' ');
}

/** Whether a person should look at the server. */
export function needsAttention({ phase, problem }: ServerView): boolean {
  // Whoever turned a server off knows why.
  if (phase === 'disabled') return false;
  return (
    problem !== undefined || ['degraded', 'backoff', 'crash_loop', 'auth_required', 'failed'].includes(phase)
  );
}

/** The servers at start, a line each, those with a problem with what it is and what to do. */
export function serverLines(servers: readonly ServerView[], paint: Paint): readonly string[] {
  const width = (of: (server: ServerView) => string): number =>
    Math.max(0, ...servers.map((server) => of(server).length));
  const nameWidth = width(({ name }) => printable(name));
  const kindWidth = width(({ transport }) => transport ?? '');
  const toolsWidth = width((server) => tools(server));
  return servers.flatMap((server) => {
    const name = printable(server.name).padEnd(nameWidth);
    const kind = (server.transport ?? '').padEnd(kindWidth);
    const line = `  ${mark(server.phase, paint)} ${name}  ${kind}  ${tools(server).padStart(toolsWidth)}  ${now(server)}`;
    const below =
      server.problem !== undefined && needsAttention(server)
        ? problemLines(server.problem, paint, '      ')
        : [];
    return [line.trimEnd(), ...below];
  });
}

function tools({ catalog, remembered }: ServerView): string {
  return catalog.tools === 0 ? '' : `${counted(catalog.tools, 'tool')}${remembered ? '*' : ''}`;
}

function now({ phase, readyAfterMs }: ServerView): string {
  if (phase === 'ready' && readyAfterMs !== undefined) return `ready in ${took(readyAfterMs)}`;
  return phase === 'idle' ? 'idle (starts on first use)' : phaseWord(phase);
}
