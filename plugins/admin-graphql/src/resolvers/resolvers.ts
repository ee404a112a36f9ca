import type { AdminModule } from '@switchyard/plugin-api';
import { enumResolvers } from '../schema/enums.ts';
import { catalogResolvers } from './catalog.ts';
import { eventResolvers } from './events.ts';
import { gatewayResolvers } from './gateway.ts';
import { logResolvers } from './logs.ts';
import { nodeResolvers } from './node.ts';
import { orderResolvers } from './orders.ts';
import { reloadResolvers } from './reload.ts';
import { scalarResolvers } from './scalars.ts';
import { serverResolvers } from './server.ts';
import { WaitingRoom } from './waiting.ts';

/** What answers every field of this package that is not simply a member of its parent. */
export function createResolvers(): readonly AdminModule['resolvers'][] {
  return [
    scalarResolvers,
    enumResolvers,
    nodeResolvers,
    gatewayResolvers,
    serverResolvers,
    catalogResolvers,
    logResolvers,
    orderResolvers(new WaitingRoom()),
    reloadResolvers,
    eventResolvers,
  ];
}
