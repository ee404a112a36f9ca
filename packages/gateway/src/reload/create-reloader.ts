import type { ConfigurationStore } from '@switchyard/kernel';
import { loadConfiguration, parseConfiguration, type Configuration } from '../configuration/index.ts';
import { Reloader, type ReloaderParts } from './reloader.ts';

/** What a reloader needs to know of the gateway whose file it reads. */
type Parts = Pick<ReloaderParts, 'apply' | 'refusal' | 'redact' | 'clock' | 'log'> & {
  readonly configuration: ConfigurationStore<Configuration>;
  /** What `${NAME}` in the file is taken from. */
  readonly env: NodeJS.ProcessEnv;
};

/** The reloader of the file that the gateway was started with; without a file it refuses. */
export function createReloader({ configuration, env, refusal, ...parts }: Parts): Reloader {
  const { file, folder } = configuration.current.value;
  return new Reloader({
    ...parts,
    load: () => loadConfiguration({ file: file!, env }),
    parse: (text) => parseConfiguration(text, { folder, env, ...(file !== undefined && { file }) }),
    current: () => configuration.current.value,
    refusal: () => refusal() ?? (file === undefined ? 'it was given as a text and has no file' : undefined),
  });
}
