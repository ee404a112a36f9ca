import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Terminal } from './terminal.ts';

/**
 * The folder where a running instance of a configuration keeps what must outlive it: `--state-dir`,
 * SWITCHYARD_STATE_DIR, else one of its own for each configuration, by the real path of its file: two names of one
 * file must not become two instances.
 */
export function stateDir(
  options: { readonly flag?: string; readonly configuration: string },
  { env, cwd, home, platform }: Pick<Terminal, 'env' | 'cwd' | 'home' | 'platform'>,
): string {
  const named = options.flag ?? (env['SWITCHYARD_STATE_DIR'] || undefined);
  if (named !== undefined) return path.resolve(cwd, named);
  const file = realPath(path.resolve(cwd, options.configuration));
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 16);
  return path.join(stateHome(env, home, platform), 'switchyard', hash);
}

function stateHome(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  // The XDG specification: a relative path there is to be ignored.
  const xdg = env['XDG_STATE_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return xdg;
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local');
  return path.join(home, '.local', 'state');
}

/** A configuration that is not there has a state directory too: whoever reads it says what is wrong. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
