import { SwitchyardError, type CatalogKind, type Definition, type ServerLists } from '@switchyard/plugin-api';
import { definitionsOf, type Agreement } from '@switchyard/protocol';
import type { Session, SessionContext } from './session.ts';

/** Where reading a list ends although the server offers more. */
export const LIST_LIMITS = { pages: 1_000, definitions: 20_000, bytes: 64 * 1024 * 1024 };

/** How much of a server's own explanation people are shown, in characters. */
const WORDS = 256;

/** How many problems of one list people are shown. */
const SHOWN = 8;

/** A server that does not know the method simply has no such list. */
const METHOD_NOT_FOUND = -32601;

/** What was read, and the kinds of which the server may offer more another time. */
export interface Reading {
  readonly lists: ServerLists;
  readonly failed: readonly CatalogKind[];
}

/**
 * Reads the lists of a server, page by page (2025-11-25, utilities, pagination). Never rejects while the session lives:
 * a kind that fails carries a problem and is left out, so that what is remembered of it stays; what was read of one
 * before it failed or was cut at a limit is kept.
 */
export async function readLists(
  session: Session,
  context: SessionContext,
  kinds: readonly CatalogKind[],
  agreement: Agreement,
): Promise<Reading> {
  const definitions: Partial<Record<CatalogKind, readonly Definition[]>> = {};
  const problems: Partial<Record<CatalogKind, string>> = {};
  const failed: CatalogKind[] = [];
  await Promise.all(
    kinds.map(async (kind) => {
      const read = await readList(session, context, kind);
      if (read.failed) failed.push(kind);
      if (!read.failed || read.definitions.length > 0) definitions[kind] = read.definitions;
      if (read.problem !== undefined) problems[kind] = read.problem;
    }),
  );
  const lists = {
    definitions,
    ...(agreement.instructions !== undefined && { instructions: agreement.instructions }),
    ...(Object.keys(problems).length > 0 && { problems }),
  };
  return { lists, failed };
}

interface ReadList {
  readonly definitions: readonly Definition[];
  readonly problem?: string;
  /** Reading it again may give more. */
  readonly failed: boolean;
}

async function readList(
  session: Session,
  { era, timings, maxDepth, clock }: SessionContext,
  kind: CatalogKind,
): Promise<ReadList> {
  const definitions: Definition[] = [];
  const problems: string[] = [];
  const cursors = new Set<string>();
  const startedAt = clock.now();
  let bytes = 0;
  let cursor: string | undefined;
  let failed = false;
  try {
    for (let page = 1; ; page += 1) {
      const answer = await session.request((id) => era.upstream.list(kind, cursor, id), timings.list);
      if (!answer.result) return { definitions, ...refusal(kind, answer.error) };
      const read = definitionsOf(kind, answer.result, { maxDepth });
      if (read.problem !== undefined) problems.push(read.problem);
      for (const definition of read.definitions) {
        bytes += definition.bytes.length;
        if (definitions.length >= LIST_LIMITS.definitions || bytes > LIST_LIMITS.bytes) {
          problems.push(`cut after ${definitions.length} ${kind}: more than is kept of one server`);
          return { definitions, problem: problems.join('; '), failed: false };
        }
        definitions.push(definition);
      }
      cursor = read.nextCursor;
      if (cursor === undefined) break;
      if (cursors.has(cursor)) problems.push(`cut after page ${page}: the server gave the same cursor twice`);
      else if (clock.now() - startedAt > timings.listTotal)
        problems.push(`cut after page ${page}: it took too long`);
      else if (page === LIST_LIMITS.pages) problems.push(`cut after ${page} pages`);
      else {
        cursors.add(cursor);
        continue;
      }
      break;
    }
  } catch (error) {
    failed = true;
    problems.push(`not read to its end: ${SwitchyardError.from(error).message}`);
  }
  return {
    definitions,
    // An answer of which nothing can be used is no list either.
    failed: failed || (definitions.length === 0 && problems.length > 0),
    ...(problems.length > 0 && { problem: [...new Set(problems)].slice(0, SHOWN).join('; ') }),
  };
}

function refusal(
  kind: CatalogKind,
  error: { readonly bytes: Uint8Array } | undefined,
): Omit<ReadList, 'definitions'> {
  const { code, message } = JSON.parse(Buffer.from(error?.bytes ?? '{}').toString()) as {
    code?: number;
    message?: string;
  };
  // Many servers with resources have no templates, and say so in this way.
  if (kind === 'resourceTemplates' && code === METHOD_NOT_FOUND) return { failed: false };
  return {
    failed: code !== METHOD_NOT_FOUND,
    problem: `the server refused its list: ${message?.slice(0, WORDS) ?? 'no reason given'} (${code})`,
  };
}
