// Not from the whole of it: a relay needs no parser.
import { findConfiguration } from '@switchyard/gateway/find-configuration';
import type { Terminal } from './terminal.ts';

/** The configuration file that a command means, as an absolute path. @throws CONFIG_MISSING */
export function configurationFile(
  { config }: { readonly config?: string },
  { env, cwd, home }: Pick<Terminal, 'env' | 'cwd' | 'home'>,
): string {
  return findConfiguration({ ...(config === undefined ? {} : { flag: config }), env, cwd, home });
}
