import { SwitchyardError } from '@switchyard/plugin-api';
import type { Configuration, ServerConfiguration } from './configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';

/** Parses as if the text were `/home/ann/switchyard.jsonc`. */
export function parse(text: string, env: NodeJS.ProcessEnv = {}): Configuration {
  return parseConfiguration(text, { file: '/home/ann/switchyard.jsonc', folder: '/home/ann', env });
}

/** The error that parsing throws; fails if it throws none. */
export function errorOf(text: string, env: NodeJS.ProcessEnv = {}): SwitchyardError {
  try {
    parse(text, env);
  } catch (error) {
    if (SwitchyardError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A configuration of one server, parsed; the server and the warnings. */
export function parseServer(
  entry: unknown,
  env: NodeJS.ProcessEnv = {},
): ServerConfiguration & { readonly warnings: readonly SwitchyardError[] } {
  const { servers, warnings } = parse(JSON.stringify({ mcpServers: { files: entry } }, null, 2), env);
  return { ...servers[0]!, warnings };
}

/** What is wrong with one server's entry: `CODE where: message`. */
export function problemOf(entry: unknown, env: NodeJS.ProcessEnv = {}): string | undefined {
  const { problem } = parseServer(entry, env);
  return problem && `${problem.code} ${problem.where}: ${problem.message}`;
}
