import { setImmediate as afterOthers } from 'node:timers/promises';
import { SwitchyardError, type Entry, type ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { catalogChanges, type CatalogChange } from './catalog-changes.ts';
import { serverOf, serverUnknown } from './find-server.ts';
import { refusal, type Order } from './order.ts';
import { latestAfter } from './server.ts';
import { userError, type UserError } from './user-error.ts';
import { checkedWait, reached, type GivenOrder, type WaitingRoom } from './waiting.ts';

interface OrderArguments {
  readonly input: {
    readonly server: string;
    readonly waitFor?: number | null;
    readonly clientMutationId?: string | null;
  };
}

/** How long `refreshCatalog` waits when nobody says, in milliseconds. */
const REFRESH_MS = 30_000;

/** The mutations; those of one document are carried out one after the other (GraphQL, 6.2.2). */
export function orderResolvers(room: WaitingRoom) {
  const ordering =
    (order: Order) =>
    (_root: unknown, { input }: OrderArguments, context: AdminContext) =>
      give(order, input, room, context);
  return {
    MutationPayload: {
      __resolveType: (payload: object) => typeOf(payload),
    },
    Mutation: {
      startServer: ordering('start'),
      stopServer: ordering('stop'),
      restartServer: ordering('restart'),
      refreshCatalog: (_root: unknown, { input }: OrderArguments, context: AdminContext) =>
        refresh(input, room, context),
    },
  };
}

function typeOf(payload: object): string {
  if ('applied' in payload) return 'ConfigPayload';
  return 'added' in payload ? 'CatalogPayload' : 'ServerPayload';
}

type Input = OrderArguments['input'];

async function give(order: Order, input: Input, room: WaitingRoom, context: AdminContext) {
  const ms = checkedWait(input.waitFor ?? 0);
  const server = orderable(order, input.server, context);
  const since = 'name' in server ? (server.transitions.at(-1)?.seq ?? 0) : 0;
  let told = 'name' in server ? server : undefined;
  const following = context.servers.changes$.subscribe((view) => {
    if (view.name === told?.name) told = view;
  });
  const carryOut = async (name: string) => {
    const given = { order, name, since, given: context.servers[order](name) };
    return ms === 0 ? refusedAtOnce(given) : reached(context, given, ms);
  };
  const given = async () => {
    if ('code' in server) return server;
    return ms === 0 ? carryOut(server.name) : room.admit(() => carryOut(server.name));
  };
  const error = await given().finally(() => following.unsubscribe());
  // A gateway that stops has no servers any more: what was told of this one last is what became of the order.
  const now = present(input, context) ?? (error ? undefined : told);
  return {
    server: now,
    transition: now && latestAfter(now, since),
    userErrors: error ? [error] : [],
    clientMutationId: input.clientMutationId,
  };
}

/** Orders to stop are done only when nothing is left of the server; whether one is taken is known at once. */
async function refusedAtOnce({ given }: GivenOrder): Promise<UserError | undefined> {
  const refused = given.then(
    () => undefined,
    (error: unknown) => {
      if (SwitchyardError.is(error)) return userError(error);
      throw error;
    },
  );
  return Promise.race([refused, afterOthers(undefined)]);
}

async function refresh(input: Input, room: WaitingRoom, context: AdminContext) {
  const ms = checkedWait(input.waitFor ?? REFRESH_MS);
  const server = orderable('refresh', input.server, context);
  const changes: CatalogChange[] = [];
  const following = catalogChanges(context.catalog).subscribe((change) => {
    if ('name' in server && change.server === server.name) changes.push(change);
  });
  const error =
    'code' in server
      ? server
      : await room.admit(() => refreshed(server.name, ms, context)).finally(() => following.unsubscribe());
  following.unsubscribe();
  return {
    server: present(input, context),
    added: changes.flatMap(({ added }): readonly Entry[] => added),
    removed: changes.flatMap(({ removed }) => removed),
    changed: changes.flatMap(({ changed }): readonly Entry[] => changed),
    userErrors: error ? [error] : [],
    clientMutationId: input.clientMutationId,
  };
}

/** Reads the lists of a server; resolves to why that failed, or took too long. */
async function refreshed(name: string, ms: number, context: AdminContext): Promise<UserError | undefined> {
  let cancelTimer = () => {};
  const late = new Promise<UserError>((resolve) => {
    cancelTimer = context.clock.after(ms, () => {
      const phase = context.serverNamed(name)?.phase;
      const details = { server: name, aim: 'read', seconds: ms / 1_000, phase };
      resolve(userError(new SwitchyardError('WAIT_TIMED_OUT', details), ['waitFor']));
    });
  });
  try {
    return await Promise.race([context.servers.refresh(name).then(() => undefined), late]);
  } catch (error) {
    if (SwitchyardError.is(error)) return userError(error);
    throw error;
  } finally {
    cancelTimer();
  }
}

/** The server that an order is for, or why it cannot be given. */
function orderable(
  order: Order | 'refresh',
  idOrName: string,
  context: AdminContext,
): ServerView | UserError {
  const server = serverOf(context, idOrName);
  if (!server) return userError(serverUnknown(context, idOrName), ['server']);
  return refusal(order, server) ?? server;
}

/** As it is when the answer is made: the tick of the order knew another state. */
function present({ server }: Input, context: AdminContext): ServerView | undefined {
  const name = serverOf(context, server)?.name;
  return context.servers.list().find((view) => view.name === name);
}
