import { SwitchyardError, type Clock, type WireContext } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { LoginShell } from './login-shell.ts';
import { prepare } from './prepare.ts';
import { StdioTarget } from './target.ts';

/** One entry of a configuration that names a command. */
export interface CommandEntry extends Pick<WireContext, 'server' | 'folder' | 'where'> {
  /** As the transport would get it. */
  readonly target: unknown;
}

/** What no second attempt would change. */
const LASTING: ReadonlySet<string> = new Set([
  'FOLDER_MISSING',
  'COMMAND_NOT_FOUND',
  'COMMAND_NOT_EXECUTABLE',
]);

/**
 * What of these entries keeps their servers from being started, in their order: a command or a folder that is not there.
 * Looks where a start would look, and starts none of them; only where a command is not in our PATH, the login shell is
 * asked for its own, once for all.
 */
export async function checkCommands(
  entries: readonly CommandEntry[],
  clock: Clock,
): Promise<readonly (SwitchyardError | undefined)[]> {
  const loginShell = new LoginShell({ clock, guardian: { watch: () => () => {} }, env: process.env });
  try {
    return await Promise.all(entries.map((entry) => check(entry, loginShell)));
  } finally {
    loginShell.close();
  }
}

async function check(entry: CommandEntry, loginShell: LoginShell): Promise<SwitchyardError | undefined> {
  // What is wrong with an entry itself is told by whoever read it.
  const { success, output } = v.safeParse(StdioTarget, entry.target);
  if (!success) return undefined;
  try {
    await prepare(output, { ...entry, runId: 'check' }, undefined, loginShell);
    return undefined;
  } catch (thrown) {
    const error = SwitchyardError.from(thrown);
    return LASTING.has(error.code) ? error : undefined;
  }
}
