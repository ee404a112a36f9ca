import { Kernel } from '@switchyard/kernel';
import { CatalogService } from './catalog-service.ts';
import type { Gateway, GatewayOptions } from './gateway-types.ts';
import { CLOCK, container, LOG, OPTIONS, RANDOM } from './injection.ts';
import { Ledger } from './ledger.ts';
import { ServerService } from './server-service.ts';
import { silentLog } from './silent-log.ts';
import { System } from './system.ts';
import { systemClock, systemRandom } from './system-clock.ts';

/** Puts a gateway together; nothing runs before `start`. */
export function createGateway(options: GatewayOptions): Gateway {
  const clock = options.clock ?? systemClock();
  const log = options.log ?? silentLog;
  const fallback = options.pluginFallback;
  const services = container.createChildContainer();
  services.register(OPTIONS, { useValue: options });
  services.register(CLOCK, { useValue: clock });
  services.register(RANDOM, { useValue: options.random ?? systemRandom });
  services.register(LOG, { useValue: log });
  services.register(Kernel, {
    useValue: new Kernel({ log, clock, ...(fallback !== undefined && { fallback }) }),
  });
  services.registerSingleton(Ledger);
  services.registerSingleton(CatalogService);
  services.registerSingleton(ServerService);
  services.registerSingleton(System);
  return services.resolve(System);
}
