import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a client starts to come in by stdin and stdout. */
export interface StdioCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** This command's file. */
export const BIN = fileURLToPath(new URL('../bin/switchyard.js', import.meta.url));

/**
 * The command for clients on this machine, in absolute paths: a program that was not started from a shell knows none
 * of its PATH. What npx fetched for this run may be gone tomorrow, so there npx fetches it again.
 * @param stateDir where it is not the one that belongs to the configuration.
 */
export function stdioCommand(
  { configuration, stateDir }: { readonly configuration: string; readonly stateDir?: string },
  bin = BIN,
): StdioCommand {
  const args = [
    'stdio',
    '--config',
    configuration,
    ...(stateDir === undefined ? [] : ['--state-dir', stateDir]),
  ];
  return bin.split(path.sep).includes('_npx')
    ? { command: 'npx', args: ['-y', 'mcp-switchyard', ...args] }
    : { command: process.execPath, args: [bin, ...args] };
}
