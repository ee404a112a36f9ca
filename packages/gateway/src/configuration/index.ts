export {
  type Configuration,
  type ListenHttp,
  type Logging,
  type LogLevel,
  type PluginSetting,
  type ServerConfiguration,
  type ReloadOrder,
  type Sharing,
  type StartMode,
} from './configuration.ts';
export { loadConfiguration } from './load-configuration.ts';
export { parseConfiguration, type ParseOptions } from './parse-configuration.ts';
export { findConfiguration } from './find-configuration.ts';
export { didYouMean, nearestWord } from './did-you-mean.ts';
export { effectivePlugins, type DefaultPlugin } from './effective-plugins.ts';
