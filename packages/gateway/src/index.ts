export { checkCommands } from './check-commands.ts';
export { checkInstallation, openListener } from './check-installation.ts';
export { createGateway } from './gateway.ts';
export type { Gateway, GatewayOptions } from './gateway-types.ts';
export type { Instance } from './instance-file.ts';
export { DRAIN_MS } from './shutdown.ts';
export { systemClock, systemRandom } from './system-clock.ts';
export * from './configuration/index.ts';
