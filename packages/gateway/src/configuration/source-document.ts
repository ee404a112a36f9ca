import { SwitchyardError, type ErrorCode, type ErrorDetails, type ErrorPlace } from '@switchyard/plugin-api';
import type { Node } from 'jsonc-parser';
import { excerptOf } from './excerpt.ts';
import { indexMembers, parseSource, valueOf } from './source-tree.ts';
import { textLines } from './text-lines.ts';

/** Keys and indexes that lead from the top of a document to a value. */
export type Path = readonly (string | number)[];

/** A JSONC text whose values know where they stand. */
export interface SourceDocument {
  readonly value: Readonly<Record<string, unknown>>;
  /** The keys of the object at the path, in the order of the text: a JavaScript object would put `"1"` first. */
  keys(path: Path): readonly string[];
  /** `switchyard.jsonc:14` for the key at the path, or for the nearest one above it. */
  line(path: Path): string;
  /** The same with column and path: `switchyard.jsonc:14:5  mcpServers.files.comand`. */
  place(path: Path): string;
  /** An error about the key at the path, with its place and the lines around it. */
  error<Code extends ErrorCode>(
    code: Code,
    path: Path,
    details: ErrorDetails,
    more?: Pick<ErrorPlace, 'why' | 'remedy'>,
  ): SwitchyardError<Code>;
}

/**
 * Reads a JSONC text; comments and trailing commas are fine.
 * @param name what messages call it, for example `switchyard.jsonc`.
 * @throws CONFIG_SYNTAX with line and column: bad JSON, a key that is there twice, or no object at the top.
 */
export function readSourceDocument(text: string, name: string): SourceDocument {
  const lines = textLines(text);
  const around = (offset: number, length: number): Pick<ErrorPlace, 'excerpt'> => {
    const excerpt = excerptOf(lines, { ...lines.at(offset), length });
    return excerpt === undefined ? {} : { excerpt };
  };
  const placeOf = (offset: number): string => `${name}:${lines.at(offset).line}:${lines.at(offset).column}`;
  const fault = (reason: string, offset: number, length = 1): SwitchyardError =>
    new SwitchyardError('CONFIG_SYNTAX', { reason }, { where: placeOf(offset), ...around(offset, length) });

  const root = parseSource(text, fault);
  const members = indexMembers(root, fault, (node) => lines.at(node.offset).line);

  /** What to point at: the key of a member, or the item of a list. */
  const markAt = (path: Path): Node => {
    let value = root;
    let mark = root;
    for (const step of path) {
      const property = typeof step === 'string' ? members.get(value)?.get(step) : undefined;
      const next = property?.children?.[1] ?? (typeof step === 'number' ? value.children?.[step] : undefined);
      if (next === undefined) return mark;
      mark = property?.children?.[0] ?? next;
      value = next;
    }
    return mark;
  };
  const objectAt = (path: Path): Node | undefined =>
    path.reduce<Node | undefined>(
      (node, step) => node && members.get(node)?.get(String(step))?.children?.[1],
      root,
    );

  const place = (path: Path): string => `${placeOf(markAt(path).offset)}  ${pathText(path)}`.trimEnd();
  return {
    value: valueOf(root) as Readonly<Record<string, unknown>>,
    keys(path) {
      const object = objectAt(path);
      return [...((object && members.get(object)) ?? new Map<string, Node>()).keys()];
    },
    line: (path) => `${name}:${lines.at(markAt(path).offset).line}`,
    place,
    error(code, path, details, more) {
      const { offset, length } = markAt(path);
      return new SwitchyardError(code, details, { where: place(path), ...around(offset, length), ...more });
    },
  };
}

/** `mcpServers.files.args[1]` */
export function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}
