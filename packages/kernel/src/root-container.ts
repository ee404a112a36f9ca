import { container as processWide, type DependencyContainer } from 'tsyringe';
import { ContributionRegistry } from './contributions.ts';
import { OPTIONS, ROOT_CONTAINER, ROOT_SCOPE } from './injection.ts';
import type { KernelOptions } from './kernel-options.ts';
import { PluginLoader } from './plugin-loader.ts';
import { Scope } from './scope.ts';
import { Services } from './services.ts';

/**
 * Composes one kernel. Nobody disposes of a container: tsyringe would close in the order of creation, skip children,
 * and stop at the first throw. Closing is the business of scopes.
 */
export function createRootContainer(options: KernelOptions): DependencyContainer {
  const root = processWide.createChildContainer();
  root.register(ROOT_CONTAINER, { useValue: root });
  root.register(OPTIONS, { useValue: { fallback: '', bootTimeoutMs: 10_000, ...options } });
  root.register(ROOT_SCOPE, { useValue: new Scope('kernel') });
  root.registerSingleton(PluginLoader);
  root.registerSingleton(Services);
  root.registerSingleton(ContributionRegistry);
  return root;
}
