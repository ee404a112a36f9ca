import type { Interceptor } from './call.ts';
import type { CatalogProvider } from './catalog.ts';
import type { Endpoint } from './endpoint.ts';
import type { AdminModule, ConfigSource, Credential, SecretProvider } from './later.ts';
import type { Metric } from './metric.ts';
import type { Observer } from './observer.ts';
import type { Router } from './router.ts';
import type { ServerAspect } from './server-aspect.ts';
import { createExtensionPoint } from './token.ts';
import type { Transport } from './wire.ts';

/** Ways to reach a server. Read by the gateway when a server is started. */
export const transports = createExtensionPoint<Transport>('transports');
/** Doors for MCP clients. Opened by the gateway once all plugins are set up. */
export const endpoints = createExtensionPoint<Endpoint>('endpoints');
/** The keeper of the catalog; exactly one. */
export const catalogs = createExtensionPoint<CatalogProvider>('catalogs');
/** The chooser of servers; exactly one. */
export const routers = createExtensionPoint<Router>('routers');
/** Layers of the pipeline, outermost first in the order of installation. */
export const interceptors = createExtensionPoint<Interceptor>('interceptors');
/** Those who watch calls and frames. */
export const observers = createExtensionPoint<Observer>('observers');
/** What plugins know of servers, for their views. */
export const serverAspects = createExtensionPoint<ServerAspect>('server-aspects');
/** Numbers for whoever shows metrics, asked for when they are wanted. */
export const metrics = createExtensionPoint<Metric>('metrics');
/** Ways to prove ourselves to a server. */
export const credentials = createExtensionPoint<Credential>('credentials');
/** Places where secrets are kept. */
export const secretProviders = createExtensionPoint<SecretProvider>('secret-providers');
/** Places where configuration comes from. */
export const configSources = createExtensionPoint<ConfigSource>('config-sources');
/** Parts of the admin API. */
export const adminModules = createExtensionPoint<AdminModule>('admin-modules');
