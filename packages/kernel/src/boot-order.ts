import type { AnyToken, SwitchyardError } from '@switchyard/plugin-api';
import { pluginError } from './plugin-error.ts';
import type { LoadedPlugin } from './plugin-loader.ts';

/** As much of a plugin as its place in the order depends on. */
export type Orderable = Pick<LoadedPlugin, 'id' | 'reference' | 'file' | 'needs' | 'provides' | 'optional'>;

/** A service that is there before any plugin is set up, and who provides it. */
export type Provided = AnyToken & { readonly by: string };

/** A plugin that has no place in the order, and why. */
export interface Misfit<P> {
  readonly loaded: P;
  readonly problem: SwitchyardError;
}

/** What `bootOrder` decides. */
export interface BootOrder<P> {
  readonly order: readonly P[];
  /** In the order in which they were found; the first is no consequence of another. */
  readonly misfits: readonly Misfit<P>[];
}

/**
 * Decides in which order plugins are set up: as given, but each after those that provide what it needs.
 *
 * A provider is pulled forward to the first that needs it; who needs it is not pushed back. So plugins that do not
 * provide anything keep the order in which somebody wrote them down, and contributions come in that order.
 *
 * Whoever cannot be set up is left out with all who need it; whether the boot can go on without them is for others.
 */
export function bootOrder<P extends Orderable>(
  plugins: readonly P[],
  provided: readonly Provided[],
): BootOrder<P> {
  const misfits: Misfit<P>[] = [];
  let rest = withoutClashes(plugins, provided, misfits);
  for (;;) {
    rest = withoutOrphans(rest, provided, misfits);
    const sorted = sort(rest);
    if (sorted.kind === 'order') return { order: sorted.order, misfits };
    const { cycle } = sorted;
    const details = { cycle: [...cycle, ...cycle.slice(0, 1)].map((each) => each.id).join(' → ') };
    for (const loaded of cycle) {
      misfits.push({ loaded, problem: pluginError('PLUGIN_CYCLE', loaded.reference, details) });
    }
    rest = rest.filter((each) => !cycle.includes(each));
  }
}

/** PLUGIN_NEED_MISSING for a plugin. `failed`: the plugin that would provide it, had it not failed. */
export function needMissing(
  { id, reference }: Pick<Orderable, 'id' | 'reference'>,
  token: AnyToken,
  failed: { readonly id: string } | undefined,
): SwitchyardError {
  const place = failed === undefined ? {} : { why: `${failed.id} provides it, and failed itself` };
  return pluginError('PLUGIN_NEED_MISSING', reference, { plugin: id, token: token.id }, place);
}

interface Clash<P> {
  /** The plugin that was there first; undefined if the service was there before any plugin. */
  readonly earlier: P | undefined;
  problem(loser: P): SwitchyardError;
}

/** Of two plugins with one id or one service, the later goes; the earlier, if that is the only one that may be missing. */
function withoutClashes<P extends Orderable>(
  plugins: readonly P[],
  provided: readonly Provided[],
  misfits: Misfit<P>[],
): readonly P[] {
  let admitted: readonly P[] = [];
  for (const later of plugins) {
    let clash = clashOf(later, admitted, provided);
    while (clash?.earlier?.optional === true && !later.optional) {
      const { earlier } = clash;
      misfits.push({ loaded: earlier, problem: clash.problem(earlier) });
      admitted = admitted.filter((each) => each !== earlier);
      clash = clashOf(later, admitted, provided);
    }
    if (clash === undefined) admitted = [...admitted, later];
    else misfits.push({ loaded: later, problem: clash.problem(later) });
  }
  return admitted;
}

function clashOf<P extends Orderable>(
  later: P,
  admitted: readonly P[],
  provided: readonly Provided[],
): Clash<P> | undefined {
  const twin = admitted.find((each) => each.id === later.id);
  if (twin !== undefined) {
    const details = { plugin: later.id, first: locate(twin), second: locate(later) };
    return { earlier: twin, problem: (loser) => pluginError('PLUGIN_DUPLICATE', loser.reference, details) };
  }
  for (const token of later.provides) {
    const earlier = admitted.find((each) => provides(each, token));
    const first = earlier?.id ?? provided.find((each) => each.key === token.key)?.by;
    if (first === undefined) continue;
    const details = { first, second: later.id, token: token.id };
    return {
      earlier,
      problem: (loser) => pluginError('PLUGIN_PROVIDER_DUPLICATE', loser.reference, details),
    };
  }
  return undefined;
}

/** Leaves out who needs what nobody provides, then who needs them, and so on. */
function withoutOrphans<P extends Orderable>(
  plugins: readonly P[],
  provided: readonly Provided[],
  misfits: Misfit<P>[],
): readonly P[] {
  let rest = plugins;
  for (;;) {
    const there = new Set([...provided, ...rest.flatMap((each) => each.provides)].map((token) => token.key));
    const missing = (each: P): AnyToken | undefined => each.needs.find((need) => !there.has(need.key));
    const orphan = rest.find((each) => missing(each) !== undefined);
    const token = orphan && missing(orphan);
    if (orphan === undefined || token === undefined) return rest;
    const failed = misfits.find((each) => provides(each.loaded, token))?.loaded;
    misfits.push({ loaded: orphan, problem: needMissing(orphan, token, failed) });
    rest = rest.filter((each) => each !== orphan);
  }
}

type Sorted<P> =
  | { readonly kind: 'order'; readonly order: readonly P[] }
  | { readonly kind: 'cycle'; readonly cycle: readonly P[] };

/** Depth first: before a plugin come those it needs, before them those they need. */
function sort<P extends Orderable>(plugins: readonly P[]): Sorted<P> {
  const order = new Set<P>();
  const path: P[] = [];

  function visit(plugin: P): readonly P[] | undefined {
    if (order.has(plugin)) return undefined;
    if (path.includes(plugin)) return path.slice(path.indexOf(plugin));
    path.push(plugin);
    for (const need of plugin.needs) {
      const provider = plugins.find((each) => provides(each, need));
      const cycle = provider && visit(provider);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    order.add(plugin);
    return undefined;
  }

  for (const plugin of plugins) {
    const cycle = visit(plugin);
    if (cycle !== undefined) return { kind: 'cycle', cycle };
  }
  return { kind: 'order', order: [...order] };
}

function provides(plugin: Pick<Orderable, 'provides'>, token: AnyToken): boolean {
  return plugin.provides.some((each) => each.key === token.key);
}

function locate({ file, reference: { name, where } }: Orderable): string {
  return where === undefined ? (file ?? name) : `${file ?? name} (${where})`;
}
