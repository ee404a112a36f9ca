import { SwitchyardError, type ErrorCode, type ErrorDetails, type ErrorPlace } from '@switchyard/plugin-api';
import type { PluginReference } from './kernel-options.ts';
import { reasonOf } from './reason-of.ts';

/** An error about the plugin that a reference names, at the place where it names it. */
export function pluginError(
  code: ErrorCode,
  { name, where }: PluginReference,
  details: ErrorDetails,
  place: ErrorPlace = {},
): SwitchyardError {
  return new SwitchyardError(
    code,
    { plugin: name, ...details },
    { ...(where === undefined ? {} : { where }), ...place },
  );
}

/**
 * Whatever was thrown while a plugin was loaded or set up. One of ours stays as it is: `the port is taken` says more,
 * and has a better remedy, than `the plugin could not be set up`.
 */
export function setUpError(reference: PluginReference, plugin: string, thrown: unknown): SwitchyardError {
  if (SwitchyardError.is(thrown)) return thrown;
  return pluginError(
    'PLUGIN_SETUP_FAILED',
    reference,
    { plugin, reason: reasonOf(thrown) },
    { cause: thrown },
  );
}
