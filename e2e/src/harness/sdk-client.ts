import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';
import { afterThisTest } from './undo.ts';

/**
 * The official client, connected to a gateway; its session ends with the test.
 * @param capabilities what servers may ask of it; handlers are the test's to set.
 */
export async function connectToGateway(
  url: string,
  name = 'story',
  capabilities: ClientCapabilities = {},
): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(url));
  const client = new Client({ name, version: '1.0.0' }, { capabilities });
  // The SDK's own class is not assignable to its interface under exactOptionalPropertyTypes.
  await client.connect(transport as Transport);
  afterThisTest(() => endSession(client));
  return client;
}

/** Ends the session at the gateway too; a second time does nothing. */
export async function endSession(client: Client): Promise<void> {
  const { transport } = client;
  if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
  await client.close();
}

/** A server's command, as a configuration has it. */
export interface Command {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the gateway declares on a connection that its clients share (docs/architecture.md, sharing). */
export const SHARED_CAPABILITIES = { sampling: {}, elicitation: { form: {}, url: {} } } as const;

/** The official client, connected to a server without a gateway in between; it declares what the gateway does. */
export async function connectDirectly({ command, args = [], env = {} }: Command): Promise<Client> {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'story', version: '1.0.0' }, { capabilities: SHARED_CAPABILITIES });
  await client.connect(transport as Transport);
  afterThisTest(() => client.close());
  return client;
}
