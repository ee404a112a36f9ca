import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { ErrorReport } from './error-report.ts';
import { answeredReport } from './rpc-error.ts';
import { BIN } from './stdio-command.ts';

/** A gateway that was started to outlive whoever started it. */
export interface DetachedGateway {
  /** Undefined while it runs. */
  readonly end: DetachedEnd | undefined;
  /** Looks no more: it lives on its own. */
  letGo(): void;
}

/** The end of a gateway that was to serve. */
export type DetachedEnd =
  /** Another one has this state directory. */
  { readonly kind: 'taken' } | { readonly kind: 'failed'; readonly error: SwitchyardError };

/** Its last words are what counts. */
const KEPT = 64 * 1024;

/** Starts `switchyard serve --detached` in a session of its own. */
export function startDetached(options: {
  readonly configuration: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}): DetachedGateway {
  const { configuration, folder, env } = options;
  const beside = path.dirname(configuration);
  const args = ['serve', '--detached', '--json', '--config', configuration, '--state-dir', folder];
  const child = spawn(process.execPath, [BIN, ...args], {
    detached: true,
    // What goes wrong while it starts is for who started it; later it writes its log only.
    stdio: ['ignore', 'ignore', 'pipe'],
    // Not ours: it would keep a folder that others want to remove.
    ...(existsSync(beside) ? { cwd: beside } : {}),
    env,
    windowsHide: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-KEPT);
  });
  let end: DetachedEnd | undefined;
  child.once('error', (error) => (end ??= failure(configuration, error.message)));
  child.once('close', (code, signal) => (end ??= endOf(said, configuration, code ?? signal)));
  return {
    get end() {
      return end;
    },
    letGo() {
      child.stderr.destroy();
      child.unref();
    },
  };
}

function endOf(said: string, config: string, how: number | string | null): DetachedEnd {
  const lines = said.trimEnd().split('\n');
  const report = lines.map(reportIn).findLast((each) => each !== undefined);
  if (report === undefined) {
    return failure(config, `it ended with ${how}${said === '' ? '' : `: ${lines.at(-1)}`}`);
  }
  if (report.kind === 'state_dir_in_use') return { kind: 'taken' };
  return { kind: 'failed', error: answeredReport(report) };
}

/** The error that a line of `--json` tells. */
function reportIn(line: string): ErrorReport | undefined {
  try {
    return (JSON.parse(line) as { readonly error?: ErrorReport }).error;
  } catch {
    return undefined;
  }
}

function failure(config: string, reason: string): DetachedEnd {
  return { kind: 'failed', error: new SwitchyardError('START_FAILED', { config, reason }) };
}
