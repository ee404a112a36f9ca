import { baseTypeDefs } from './base.ts';
import { catalogTypeDefs } from './catalog.ts';
import { enumTypeDefs } from './enums.ts';
import { eventTypeDefs } from './events.ts';
import { gatewayTypeDefs } from './gateway.ts';
import { logTypeDefs } from './logs.ts';
import { orderTypeDefs } from './orders.ts';
import { reloadTypeDefs } from './reload.ts';
import { serverTypeDefs } from './server.ts';

/** The whole SDL of this package, without what other plugins add. */
export const typeDefs: string = [
  baseTypeDefs,
  enumTypeDefs,
  gatewayTypeDefs,
  serverTypeDefs,
  catalogTypeDefs,
  logTypeDefs,
  orderTypeDefs,
  reloadTypeDefs,
  eventTypeDefs,
].join('\n');
