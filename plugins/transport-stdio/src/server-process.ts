import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { MARK_VARIABLE } from './marked-processes.ts';
import { SwitchyardError } from '@switchyard/plugin-api';
import { batchCommand, isBatchFile } from './batch-file.ts';
import { ProcessGroup } from './process-group.ts';
import { startFailure } from './start-failure.ts';

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Everything that is needed to start a server, looked up and checked. */
export interface Plan {
  /** The server's name, for messages. */
  readonly server: string;
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A server that was started. */
export interface ServerProcess {
  readonly pid: number;
  readonly child: ChildProcessWithoutNullStreams;
  readonly group: ProcessGroup;
  /** In the environment of the server and of all that it starts, and of nothing else. */
  readonly mark: string;
  /** Settles when the process was waited for; never rejects. */
  readonly exited: Promise<Exit>;
}

/**
 * Starts a server, without a shell but for batch files of Windows, as the leader of a process group of its own.
 * @throws SPAWN_FAILED, COMMAND_NOT_EXECUTABLE, SERVER_INVALID.
 */
export function startServer(plan: Plan): Promise<ServerProcess> {
  const { server, file, cwd, environment } = plan;
  return new Promise((resolve, reject) => {
    const command = commandOf(plan);
    const mark = randomUUID();
    const fail = (error: unknown) => reject(startFailure(error, server, file));
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(command.file, command.args, {
        cwd,
        env: { ...environment, [MARK_VARIABLE]: mark },
        stdio: ['pipe', 'pipe', 'pipe'],
        shell: false,
        // On Windows this would open a window and give no group.
        detached: process.platform !== 'win32',
        windowsHide: true,
        windowsVerbatimArguments: command.verbatim,
      });
    } catch (error) {
      fail(error);
      return;
    }
    // Also after the start: Node reports a signal that could not be sent in this way.
    child.on('error', fail);
    child.once('spawn', () => {
      const pid = child.pid!;
      const group = new ProcessGroup(pid);
      const exited = new Promise<Exit>((exit) => {
        child.once('exit', (code, signal) => {
          group.leaderExited();
          exit({ code, signal });
        });
      });
      // A pipe that breaks must never be an uncaught exception; who watches for losses listens too.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});
      resolve({ pid, child, group, mark, exited });
    });
  });
}

/** What the system is told to start. */
function commandOf({ server, file, args }: Plan) {
  if (!isBatchFile(file)) return { file, args, verbatim: false };
  const command = batchCommand(file, args, process.env['ComSpec']);
  if (command.kind === 'command') return { ...command, verbatim: true };
  throw new SwitchyardError('SERVER_INVALID', { server, reason: command.reason });
}
