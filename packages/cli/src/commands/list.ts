import { SwitchyardError } from '@switchyard/plugin-api';
import type { RemoteFlags } from '../flags.ts';
import { openSession } from '../open-session.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** An item of any list, as far as it is shown. */
interface Item {
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  readonly uri?: string;
  readonly uriTemplate?: string;
}

/** A list of the protocol (2025-11-25, server features) and how its items are called. */
interface Listing {
  readonly method: string;
  readonly key: string;
  readonly called: (item: Item) => string;
}

const RESOURCES = { method: 'resources/list', key: 'resources', called: ({ uri }: Item) => uri ?? '' };
const TEMPLATES = {
  method: 'resources/templates/list',
  key: 'resourceTemplates',
  called: ({ uriTemplate }: Item) => uriTemplate ?? '',
};

const LISTINGS: Readonly<Record<string, readonly Listing[]>> = {
  tools: [{ method: 'tools/list', key: 'tools', called: ({ name }) => name ?? '' }],
  prompts: [{ method: 'prompts/list', key: 'prompts', called: ({ name }) => name ?? '' }],
  resources: [RESOURCES, TEMPLATES],
};

/** Prints what the servers offer, as any MCP client sees it. */
export async function list(flags: RemoteFlags, terminal: Terminal, kind: string): Promise<number> {
  const listings = Object.hasOwn(LISTINGS, kind) ? LISTINGS[kind] : undefined;
  if (listings === undefined) {
    throw new SwitchyardError('USAGE', {
      what: `list takes ${Object.keys(LISTINGS).join(', ')}; not "${kind}"`,
    });
  }
  await using session = await openSession(flags, terminal);
  const lists: Record<string, readonly Item[]> = {};
  for (const { method, key } of listings) lists[key] = await session.list<Item>(method, key);
  if (flags.json) {
    terminal.print(JSON.stringify(lists));
    return 0;
  }
  const rows = listings.flatMap(({ key, called }) =>
    (lists[key] ?? []).map((item) => [called(item), summary(item)]),
  );
  if (rows.length === 0) {
    terminal.tell(`no ${kind}`);
    return 0;
  }
  const columns = [
    { title: kind === 'resources' ? 'URI' : 'NAME' },
    { title: 'DESCRIPTION', flexible: true },
  ];
  const [head = '', ...lines] = table(columns, rows, terminal.out.columns);
  terminal.print([terminal.out.paint.dim(head), ...lines].join('\n'));
  return 0;
}

/** The first sentence is what fits a line. */
function summary({ description, title, name, uri, uriTemplate }: Item): string {
  const text = description ?? title ?? (uri === undefined && uriTemplate === undefined ? '' : (name ?? ''));
  return text.trim().split('\n')[0] ?? '';
}
