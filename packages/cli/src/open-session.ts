import type { RemoteFlags } from './flags.ts';
import { connectMcp, type McpClient } from './mcp-client.ts';
import { findRunning } from './running.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** An MCP session with the gateway that the flags mean. */
export async function openSession(flags: RemoteFlags, terminal: Terminal): Promise<McpClient> {
  const { mcp } = await findRunning(flags, terminal);
  const token = flags.token ?? (terminal.env['SWITCHYARD_TOKEN'] || undefined);
  return connectMcp({ url: mcp, version: version(), ...(token === undefined ? {} : { token }) });
}
