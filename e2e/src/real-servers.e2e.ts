import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { askDirectly } from './harness/direct-peer.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { openSession } from './harness/raw-session.ts';
import { realServers } from './harness/real-servers.ts';
import { listAll } from './harness/rpc.ts';
import { connectDirectly, connectToGateway, type Command } from './harness/sdk-client.ts';

describe('five real servers of two authors behind one gateway', () => {
  let servers: Readonly<Record<string, Command>>;
  let gateway: Gateway;

  beforeEach(async () => {
    const folder = await temporaryFolder();
    servers = await realServers(folder);
    gateway = await serve({ mcpServers: servers }, { folder });
    await Promise.all(Object.keys(servers).map((name) => gateway.phase(name, 'ready')));
  });

  it('shows the official client everything that each of them shows when asked directly', async () => {
    const direct: Record<'tools' | 'prompts' | 'resources' | 'templates', string[]> = {
      tools: [],
      prompts: [],
      resources: [],
      templates: [],
    };
    for (const [name, command] of Object.entries(servers)) {
      const { tools, prompts, resources, templates } = await offered(await connectDirectly(command));
      direct.tools.push(...tools.map((tool) => `${name}__${tool}`));
      direct.prompts.push(...prompts.map((prompt) => `${name}__${prompt}`));
      direct.resources.push(...resources);
      direct.templates.push(...templates);
    }
    expect(await offered(await connectToGateway(gateway.url))).toEqual(direct);
    expect(
      [direct.tools, direct.prompts, direct.resources, direct.templates].map(({ length }) => length),
    ).toEqual([51, 4, 8, 2]);
  });

  it('gives each definition as its server wrote it, only the name has the server in front', async () => {
    const session = await openSession(gateway.url, 'raw');
    const lists = [
      ['tools/list', 'tools'],
      ['prompts/list', 'prompts'],
      ['resources/list', 'resources'],
      ['resources/templates/list', 'resourceTemplates'],
    ] as const;
    const peers = await Promise.all(
      Object.entries(servers).map(async ([name, command]) => ({ name, peer: await askDirectly(command) })),
    );
    for (const [method, member] of lists) {
      const prefixed = member === 'tools' || member === 'prompts';
      const expected: string[] = [];
      for (const { name, peer } of peers) {
        const { result } = await peer.request(method);
        for (const item of (result?.[member] ?? []) as { name: string }[]) {
          // Stringified, so that the order of keys counts too.
          expected.push(JSON.stringify(prefixed ? { ...item, name: `${name}__${item.name}` } : item));
        }
      }
      const items = await listAll(session, method, member);
      expect(items.map((item) => JSON.stringify(item))).toEqual(expected);
    }
  });

  it('carries a call, a reading and a prompt to each server that has them', async () => {
    const client = await connectToGateway(gateway.url);
    const call = async (name: string, args: Record<string, unknown>) =>
      JSON.stringify(await client.callTool({ name, arguments: args }));

    expect(await call('everything__echo', { message: 'a message' })).toContain('Echo: a message');
    const directories = JSON.parse(await call('filesystem__list_allowed_directories', {})) as {
      content: { text: string }[];
    };
    const [, folder] = directories.content[0]!.text.split('\n');
    expect(await call('filesystem__read_text_file', { path: `${folder}/hello.txt` })).toContain(
      'hello from a file',
    );
    const entity = { name: 'Gotthard', entityType: 'tunnel', observations: ['opened in 1882'] };
    expect(await call('memory__create_entities', { entities: [entity] })).toContain('Gotthard');
    expect(await call('memory__read_graph', {})).toContain('opened in 1882');
    // The same tools at another server, with a memory of its own.
    expect(await call('knowledge-graph__read_graph', {})).not.toContain('Gotthard');
    const thought = { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
    expect(await call('sequential-thinking__sequentialthinking', thought)).toContain('totalThoughts');

    const read = async (uri: string) => JSON.stringify(await client.readResource({ uri }));
    expect(await read('demo://resource/static/document/features.md')).toContain('# ');
    expect(await read('demo://resource/dynamic/text/7')).toContain('demo://resource/dynamic/text/7');
    expect(await read('memory://knowledge-graph')).toContain('Gotthard');

    const prompt = await client.getPrompt({ name: 'everything__args-prompt', arguments: { city: 'Airolo' } });
    expect(JSON.stringify(prompt)).toContain('Airolo');
  });

  it('passes progress of a real call on to the caller', async () => {
    const client = await connectToGateway(gateway.url);
    const progress: number[] = [];
    const result = await client.callTool(
      { name: 'everything__trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } },
      undefined,
      { onprogress: (step) => void progress.push(step.progress) },
    );
    expect(JSON.stringify(result)).toContain('completed');
    expect(progress).toEqual([1, 2, 3, 4]);
  });
});

/** The names of everything that is listed, following every cursor; what a server does not declare is empty. */
async function offered(client: Client) {
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {};
  return {
    tools: tools
      ? await pages(async (cursor) => page(await client.listTools({ cursor }), 'tools', 'name'))
      : [],
    prompts: prompts
      ? await pages(async (cursor) => page(await client.listPrompts({ cursor }), 'prompts', 'name'))
      : [],
    resources: resources
      ? await pages(async (cursor) => page(await client.listResources({ cursor }), 'resources', 'uri'))
      : [],
    templates: resources
      ? await pages(async (cursor) =>
          page(await client.listResourceTemplates({ cursor }), 'resourceTemplates', 'uriTemplate'),
        )
      : [],
  };
}

interface Page {
  readonly names: readonly string[];
  readonly next: string | undefined;
}

function page(
  result: { nextCursor?: string | undefined } & Record<string, unknown>,
  list: string,
  key: string,
): Page {
  const items = result[list] as readonly Record<string, string>[];
  return { names: items.map((item) => item[key]!), next: result.nextCursor };
}

async function pages(read: (cursor: string | undefined) => Promise<Page>): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { names: more, next } = await read(cursor);
    names.push(...more);
    cursor = next;
  } while (cursor !== undefined);
  return names;
}
