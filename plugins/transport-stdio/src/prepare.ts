import type { WireContext } from '@switchyard/plugin-api';
import { resolveCommand, resolveFolder } from './command.ts';
import { assertDescriptors } from './descriptors.ts';
import { childEnvironment } from './environment.ts';
import type { LoginShell } from './login-shell.ts';
import type { Plan } from './server-process.ts';
import type { StdioTarget } from './target.ts';

/**
 * Looks up and checks everything that starting a server needs; starts nothing.
 * @param gateway the marker of this process, where there is one.
 * @param loginShell is asked where the command is not in our PATH, unless the entry itself says what PATH is.
 * @throws FOLDER_MISSING, COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, SPAWN_FAILED.
 */
export async function prepare(
  target: StdioTarget,
  context: Pick<WireContext, 'server' | 'folder' | 'runId' | 'where'>,
  gateway: string | undefined,
  loginShell: Pick<LoginShell, 'path'>,
): Promise<Plan> {
  const { server, folder, runId } = context;
  assertDescriptors(server);
  const cwd = await resolveFolder(server, folder, target.cwd, context.where?.('cwd'));
  const environment = childEnvironment({
    inherited: process.env,
    inherit: target.inheritEnv,
    declared: target.env,
    runId,
    gateway,
    server,
  });
  const { file, path } = await resolveCommand({
    server,
    command: target.command,
    cwd,
    environment,
    where: context.where?.('command'),
    ...(!('PATH' in target.env) && { loginPath: () => loginShell.path(runId) }),
  });
  const found = path === undefined ? environment : { ...environment, PATH: path };
  return { server, file, args: target.args, cwd, environment: found };
}
