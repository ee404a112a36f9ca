import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { syntaxReason } from './syntax-reason.ts';

/** Makes an error about a stretch of the text. */
export type Fault = (reason: string, offset: number, length?: number) => Error;

/** The members of every object in a tree, by key, in the order of the text. */
export type Members = ReadonlyMap<Node, ReadonlyMap<string, Node>>;

/** Deeper than any client writes, and far from where a recursive parser would overflow. */
const MAX_DEPTH = 64;

/** Parses a JSONC text whose top is an object; throws what `fault` makes of anything else. */
export function parseSource(text: string, fault: Fault): Node {
  if (text.trim() === '') throw fault('expected an object, found an empty file', 0);
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (error instanceof RangeError) throw fault('nested too deeply', 0);
    throw error;
  }
  const first = errors[0];
  if (first !== undefined) throw fault(syntaxReason(first, text), first.offset, first.length);
  if (root?.type !== 'object')
    throw fault(`expected an object, found ${named(root?.type)}`, root?.offset ?? 0);
  return root;
}

/**
 * Indexes all objects below `root`.
 * A key that is there twice is refused: `JSON.parse` silently keeps the last one, a reader of the file sees the first.
 */
export function indexMembers(root: Node, fault: Fault, lineOf: (node: Node) => number): Members {
  const index = new Map<Node, Map<string, Node>>();
  const visit = (node: Node, depth: number): void => {
    if (depth > MAX_DEPTH) throw fault(`nested deeper than ${MAX_DEPTH} levels`, node.offset);
    if (node.type === 'array') for (const item of node.children ?? []) visit(item, depth + 1);
    if (node.type !== 'object') return;
    const members = new Map<string, Node>();
    index.set(node, members);
    for (const property of node.children ?? []) {
      const [key, value] = property.children as [Node, Node];
      const earlier = members.get(key.value);
      if (earlier !== undefined) {
        const reason = `the key ${JSON.stringify(key.value)} is there twice, first in line ${lineOf(earlier)}`;
        throw fault(reason, key.offset, key.length);
      }
      members.set(key.value, property);
      visit(value, depth + 1);
    }
  };
  visit(root, 1);
  return index;
}

/** The value of a tree. Unlike the parser's own, it makes `"__proto__"` a key like any other. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    (node.children ?? []).map(({ children }) => [children![0]!.value, valueOf(children![1]!)]),
  );
}

function named(type: string | undefined): string {
  if (type === 'array') return 'a list';
  return type === undefined || type === 'null' ? 'null' : `a ${type}`;
}
