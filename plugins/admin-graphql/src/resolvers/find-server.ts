import { SwitchyardError, type ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { readGlobalId } from './global-id.ts';

/** The server that an argument means: its id, or else its name. */
export function serverOf(context: AdminContext, idOrName: string): ServerView | undefined {
  const ref = readGlobalId(idOrName);
  const [name] = ref?.type === 'Server' ? ref.keys : [];
  return (name === undefined ? undefined : context.serverNamed(name)) ?? context.serverNamed(idOrName);
}

/** @throws SERVER_UNKNOWN */
export function theServer(context: AdminContext, idOrName: string): ServerView {
  const server = serverOf(context, idOrName);
  if (server) return server;
  throw serverUnknown(context, idOrName);
}

/** What to say of a server that there is none of. */
export function serverUnknown(context: AdminContext, idOrName: string): SwitchyardError<'SERVER_UNKNOWN'> {
  const known = context.status().servers.map(({ name }) => name);
  return new SwitchyardError('SERVER_UNKNOWN', { server: idOrName, known: known.join(', ') || 'none' });
}
