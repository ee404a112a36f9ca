import { Kernel } from '@switchyard/kernel';
import { CatalogService } from './catalog-service.ts';
import type { Gateway, GatewayOptions } from './gateway-types.ts';
import { CLOCK, container, LOG, LOG_BOOK, OPTIONS, RANDOM, REDACTOR, SECRETS } from './injection.ts';
import { Ledger } from './ledger.ts';
import { LogBook } from './log-book.ts';
import { liveRedactor } from './redaction/live-redactor.ts';
import { ServerService } from './server-service.ts';
import { silentLog } from './silent-log.ts';
import { System } from './system.ts';
import { systemClock, systemRandom } from './system-clock.ts';

/** Puts a gateway together; nothing runs before `start`. */
export function createGateway(options: GatewayOptions): Gateway {
  const clock = options.clock ?? systemClock();
  const { logging, secrets } = options.configuration;
  const known = liveRedactor(secrets);
  const { redact } = known;
  const book = new LogBook({ sink: options.log ?? silentLog, logging, redact, clock });
  const { log } = book;
  const fallback = options.pluginFallback;
  const services = container.createChildContainer();
  services.register(OPTIONS, { useValue: options });
  services.register(CLOCK, { useValue: clock });
  services.register(RANDOM, { useValue: options.random ?? systemRandom });
  services.register(LOG, { useValue: log });
  services.register(LOG_BOOK, { useValue: book });
  services.register(REDACTOR, { useValue: redact });
  services.register(SECRETS, { useValue: known });
  // Modules load as fast as the machine can, whatever the pace of the gateway's own waits.
  services.register(Kernel, {
    useValue: new Kernel({ log, clock: systemClock(), ...(fallback !== undefined && { fallback }) }),
  });
  services.registerSingleton(Ledger);
  services.registerSingleton(CatalogService);
  services.registerSingleton(ServerService);
  services.registerSingleton(System);
  return services.resolve(System);
}
