import {
  SwitchyardError,
  type Contributions,
  type ExtensionPoint,
  type Interceptor,
  type Transport,
} from '@switchyard/plugin-api';

/**
 * The one item of a point that must have exactly one.
 * @throws PLUGIN_ROLE_MISSING, PLUGIN_CLASH
 */
export function theOnly<T extends { readonly name: string }>(
  point: ExtensionPoint<T>,
  { owned }: Contributions<T>,
  example: string,
): T {
  const [first, second] = owned;
  if (!first) throw new SwitchyardError('PLUGIN_ROLE_MISSING', { point: point.id, example });
  if (second) {
    throw new SwitchyardError('PLUGIN_CLASH', {
      first: first.plugin,
      second: second.plugin,
      what: point.id,
      name: second.item.name,
    });
  }
  return first.item;
}

/** A transport, and the plugin that contributed it. */
export type OwnedTransport = Contributions<Transport>['owned'][number];

/** All transports. @throws PLUGIN_CLASH if two are of one kind. */
export function transportsOf({ owned }: Contributions<Transport>): readonly OwnedTransport[] {
  const kinds = new Map<string, string>();
  for (const { plugin, item } of owned) {
    const first = kinds.get(item.kind);
    if (first !== undefined) {
      throw new SwitchyardError('PLUGIN_CLASH', {
        first,
        second: plugin,
        what: 'transport',
        name: item.kind,
      });
    }
    kinds.set(item.kind, plugin);
  }
  return owned;
}

/** All interceptors. @throws PLUGIN_INVALID for one that cannot be put into the pipeline, naming its plugin. */
export function interceptorsOf({ owned }: Contributions<Interceptor>): readonly Interceptor[] {
  for (const { plugin, item } of owned) {
    const reason = faultOf(item);
    if (reason !== undefined) throw new SwitchyardError('PLUGIN_INVALID', { plugin, reason });
  }
  return owned.map(({ item }) => item);
}

/** Plugins may be plain JavaScript, which no type checker has seen. */
function faultOf({ name, place, wrap }: Partial<Interceptor>): string | undefined {
  if (typeof wrap !== 'function') return `its interceptor "${name}" has no function "wrap"`;
  if (place !== 'call' && place !== 'attempt')
    return `the place of its interceptor "${name}" is neither "call" nor "attempt"`;
  return undefined;
}
