import type { AnyPlugin, AnyToken, Host, Token } from '@switchyard/plugin-api';
import { keptLog } from './spec-parts.ts';

/** What a plugin sees of the kernel, as far as this one looks. */
export function specHost(services: readonly (readonly [AnyToken, unknown])[]) {
  const values = new Map(services.map(([token, value]) => [token.key, value]));
  const owned: (() => unknown)[] = [];
  const unused = () => {
    throw new Error('not used by this plugin');
  };
  const host: Host = {
    plugin: 'http-host',
    log: keptLog(),
    signal: new AbortController().signal,
    get: <T>(token: Token<T>) => values.get(token.key) as T,
    provide: (token, value) => void values.set(token.key, value),
    own(item) {
      owned.push(item as () => unknown);
      return item;
    },
    contribute: unused,
    contributions: unused,
    observe: unused,
  };
  return {
    host,
    /** Checks the options as the kernel does, and sets the plugin up. */
    async install(plugin: AnyPlugin, options?: unknown) {
      const checked = await plugin.config?.['~standard'].validate(options);
      if (checked?.issues) throw new Error(checked.issues.map((issue) => issue.message).join('; '));
      await plugin.setup(host, checked?.value);
    },
    async close() {
      for (const undo of owned.reverse()) await undo();
    },
  };
}
