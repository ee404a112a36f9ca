// Before anything of tsyringe is loaded, which refuses to load without it.
import 'reflect-metadata';

export { ConfigurationStore, type Snapshot } from './configuration-store.ts';
export { type KernelOptions, type PluginReference } from './kernel-options.ts';
export { Kernel } from './kernel.ts';
export { type Patience } from './limit.ts';
export { type PluginReport } from './plugin-report.ts';
export { resolvePlugin, type ResolvedPlugin } from './plugin-resolver.ts';
export { Scope, type Held } from './scope.ts';
export { keepAlive } from './keep-alive.ts';
