import { CATALOG_KINDS, type Definition } from '@switchyard/plugin-api';
import * as v from 'valibot';
import type { KnownList } from './known-lists.ts';
import { hashOf, slugOf } from './names.ts';
import type { Remembered } from './repository.ts';

/** Where the entries of the store are. */
export const FOLDER = 'catalog/';

/** The entry of a server: readable, and its own even where two names give one slug. */
export function fileOf(server: string): string {
  return `${FOLDER}${slugOf(server).toLowerCase()}-${hashOf(server)}.json`;
}

const List = v.object({
  problems: v.array(v.string()),
  /** Start and end of the name's value in bytes, then the definition as its server wrote it. */
  definitions: v.array(
    v.strictTuple([v.pipe(v.number(), v.integer()), v.pipe(v.number(), v.integer()), v.string()]),
  ),
});

const File = v.object({
  /** Raised when an older version could not read what a newer one writes. */
  format: v.literal(1),
  server: v.string(),
  digest: v.string(),
  instructions: v.exactOptional(v.string()),
  lists: v.object({
    tools: v.exactOptional(List),
    prompts: v.exactOptional(List),
    resources: v.exactOptional(List),
    resourceTemplates: v.exactOptional(List),
  }),
});

type FileList = v.InferOutput<typeof List>;

/** What is written for a server. */
export function writeRemembered(server: string, { digest, known }: Remembered): Uint8Array {
  const lists = Object.fromEntries(
    CATALOG_KINDS.flatMap((kind) => {
      const list = known.lists[kind];
      return list === undefined
        ? []
        : [[kind, { problems: list.problems, definitions: list.definitions.map(writeDefinition) }]];
    }),
  );
  const { instructions } = known;
  return Buffer.from(JSON.stringify({ format: 1, server, digest, instructions, lists }));
}

/** @throws if it is not what `writeRemembered` makes, with a reason for the log */
export function readRemembered(bytes: Uint8Array): { readonly server: string } & Remembered {
  const {
    server,
    digest,
    instructions,
    lists: read,
  } = v.parse(File, JSON.parse(Buffer.from(bytes).toString()));
  const lists = Object.fromEntries(
    CATALOG_KINDS.flatMap((kind) => {
      const list = read[kind];
      return list === undefined ? [] : [[kind, readList(list)]];
    }),
  );
  return { server, digest, known: instructions === undefined ? { lists } : { lists, instructions } };
}

function readList({ problems, definitions }: FileList): KnownList {
  return { problems, definitions: definitions.map(readDefinition) };
}

function writeDefinition({ bytes, nameAt }: Definition): FileList['definitions'][number] {
  return [nameAt.start, nameAt.end, Buffer.from(bytes).toString()];
}

function readDefinition([start, end, text]: FileList['definitions'][number]): Definition {
  const bytes = Buffer.from(text);
  const name: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (typeof name !== 'string') throw new Error('a definition has no name where it should be');
  return { name, bytes, nameAt: { start, end } };
}
