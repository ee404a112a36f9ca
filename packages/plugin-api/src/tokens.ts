import type { Execute } from './call.ts';
import type { Catalog } from './catalog.ts';
import type { Clock, Random } from './clock.ts';
import type { HttpHost } from './http-host.ts';
import type { Logs } from './logs.ts';
import type { Policies } from './policies.ts';
import type { Reload } from './reload.ts';
import type { Servers } from './servers.ts';
import type { LedgerBalance, Status } from './status.ts';
import type { Store } from './store.ts';
import { createToken } from './token.ts';

/** The states of all servers; start, stop, restart. Provided by the gateway. */
export const servers = createToken<Servers>('servers');
/** What all servers offer. Provided by the gateway over the installed catalog plugin; empty until it is open. */
export const catalog = createToken<Catalog>('catalog');
/** What the configuration says about calls, for each server. Provided by the gateway. */
export const policies = createToken<Policies>('policies');
/** Makes a call through the same pipeline that clients use. Provided by the gateway. */
export const calls = createToken<Execute>('calls');
/** One snapshot of everything there is to know now: what every face of the gateway is made of. Provided by the gateway. */
export const status = createToken<() => Status>('status');
/** Where all calls are now; costs nothing, where `status` looks at every server. Provided by the gateway. */
export const ledger = createToken<() => LedgerBalance>('ledger');
/** The gateway's own log, its latest lines kept. Provided by the gateway. */
export const logs = createToken<Logs>('logs');
/** Masks the secrets of the configuration in a text that somebody else wrote. Provided by the gateway. */
export const redact = createToken<(text: string) => string>('redact');
/** Reads the configuration again while everything runs. Provided by the gateway. */
export const reload = createToken<Reload>('reload');
/** HTTP listeners. Provided by the plugin `http-host`. */
export const httpHost = createToken<HttpHost>('http-host');
/** The state directory. Provided by the plugin `store-fs`. */
export const store = createToken<Store>('store');
/** Time. Provided by the gateway. */
export const clock = createToken<Clock>('clock');
/** Chance. Provided by the gateway. */
export const random = createToken<Random>('random');
