import { SwitchyardError } from '@switchyard/plugin-api';

/**
 * What an error of `spawn` means for the server. The file and the folder were there a moment ago, so "not found" is
 * about something else. Node's own message is not repeated: it quotes arguments, which may be secrets.
 */
export function startFailure(error: unknown, server: string, file: string): SwitchyardError {
  const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
  const notExecutable = (reason: string) =>
    new SwitchyardError('COMMAND_NOT_EXECUTABLE', { server, command: file, reason });
  switch (code) {
    case 'ENOENT':
      return notExecutable('the interpreter that its first line names ("#!…") was not found');
    case 'EACCES':
    case 'EPERM':
      return notExecutable(`permission denied (${code})`);
    case 'ENOEXEC':
      return notExecutable('it is not a program for this machine');
    case 'E2BIG':
      return new SwitchyardError('SERVER_INVALID', { server, reason: 'args and env are too long together' });
    case 'ERR_INVALID_ARG_VALUE':
      return new SwitchyardError('SERVER_INVALID', {
        server,
        reason: 'name, args and env must not contain NUL',
      });
    case 'EAGAIN':
      return spawnFailed(server, 'no more processes are allowed (EAGAIN)');
    case 'EMFILE':
    case 'ENFILE':
      return spawnFailed(server, `no more open files are allowed (${code})`);
    case 'ENOMEM':
      return spawnFailed(server, 'there is not enough memory (ENOMEM)');
    default:
      return spawnFailed(server, code);
  }
}

function spawnFailed(server: string, reason: string): SwitchyardError {
  return new SwitchyardError('SPAWN_FAILED', { server, reason });
}
