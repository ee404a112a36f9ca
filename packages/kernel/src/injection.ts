import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { KernelOptions } from './kernel-options.ts';
import type { Scope } from './scope.ts';

/*
 * What the kernel's own services ask for. These are symbols that nobody else can make: a plugin reaches services by
 * the tokens of its `needs` alone.
 */

/** The container of one kernel. Two kernels in one process share nothing. */
export const ROOT_CONTAINER: InjectionToken<DependencyContainer> = Symbol('root container');
/** The options, completed. */
export const OPTIONS: InjectionToken<Required<KernelOptions>> = Symbol('kernel options');
/** The scope that holds the scopes of all plugins. */
export const ROOT_SCOPE: InjectionToken<Scope> = Symbol('root scope');
