import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterThisTest } from './undo.ts';

/** The official client, connected to a gateway; its session ends with the test. */
export async function connectToGateway(url: string, name = 'story'): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(url));
  const client = new Client({ name, version: '1.0.0' });
  // The SDK's own class is not assignable to its interface under exactOptionalPropertyTypes.
  await client.connect(transport as Transport);
  afterThisTest(async () => {
    await transport.terminateSession();
    await client.close();
  });
  return client;
}

/** A server's command, as a configuration has it. */
export interface Command {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The official client, connected to a server without a gateway in between. */
export async function connectDirectly({ command, args = [], env = {} }: Command): Promise<Client> {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'story', version: '1.0.0' });
  await client.connect(transport as Transport);
  afterThisTest(() => client.close());
  return client;
}
