import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import { type Refusal, tooMuch } from './refusal.ts';

/**
 * What a document may have, each operation with all of its fragments. Depth is 10 and not 6, for our own longest way is
 * `catalog > edges > node > server > history > edges > node > to`, and a stranger's fields hang on its end.
 */
export const DOCUMENT_LIMITS = { tokens: 1_000, depth: 10, aliases: 15, directives: 50 };

/** Counts before anything is built of them. */
export function tooManyTokens(text: string): Refusal | undefined {
  const lexer = new Lexer(new Source(text));
  for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count += 1) {
    if (count === DOCUMENT_LIMITS.tokens) return tooMuch('QUERY_TOO_MANY_TOKENS', 'has too many tokens');
  }
  return undefined;
}

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, directives: 0 };

/** Why a document is too large to be validated; the validation of graphql itself is quadratic in places. */
export function oversized({ definitions }: DocumentNode): Refusal | undefined {
  const fragments = new Map(definitions.flatMap(asFragment));
  // A fragment is measured once, however often it is spread: its size is the same everywhere.
  const measured = new Map<string, Size | 'open'>();
  let isCyclic = false;

  function ofFragment(name: string): Size {
    const known = measured.get(name);
    if (known === 'open') isCyclic = true;
    if (known === 'open' || !fragments.has(name)) return NOTHING;
    if (known) return known;
    measured.set(name, 'open');
    const size = plus(ofSelections(fragments.get(name)!.selectionSet), fragments.get(name)!.directives);
    measured.set(name, size);
    return size;
  }

  function ofSelections(set: SelectionSetNode | undefined): Size {
    let { depth, aliases, directives } = NOTHING;
    for (const node of set?.selections ?? []) {
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD ? ofFragment(node.name.value) : ofSelections(node.selectionSet);
      const isField = node.kind === Kind.FIELD;
      // Introspection is deep by nature; graphql has a rule of its own against its loops.
      const isIntrospection = isField && /^__(schema|type)$/.test(node.name.value);
      depth = Math.max(depth, (isField ? 1 : 0) + (isIntrospection ? 0 : inner.depth));
      aliases += inner.aliases + (isField && node.alias ? 1 : 0);
      directives += inner.directives + (node.directives?.length ?? 0);
    }
    return { depth, aliases, directives };
  }

  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      continue;
    const variables = 'variableDefinitions' in definition ? (definition.variableDefinitions ?? []) : [];
    const size =
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? ofFragment(definition.name.value)
        : plus(ofSelections(definition.selectionSet), [
            ...(definition.directives ?? []),
            ...variables.flatMap((variable) => variable.directives ?? []),
          ]);
    if (isCyclic) return tooMuch('QUERY_FRAGMENT_CYCLE', 'has a fragment that contains itself');
    if (size.depth > DOCUMENT_LIMITS.depth) return tooMuch('QUERY_TOO_DEEP', 'is nested too deep');
    if (size.aliases > DOCUMENT_LIMITS.aliases)
      return tooMuch('QUERY_TOO_MANY_ALIASES', 'has too many aliases');
    if (size.directives > DOCUMENT_LIMITS.directives)
      return tooMuch('QUERY_TOO_MANY_DIRECTIVES', 'has too many directives');
  }
  return undefined;
}

function plus(size: Size, directives: readonly unknown[] | undefined): Size {
  return { ...size, directives: size.directives + (directives?.length ?? 0) };
}

function asFragment(node: DefinitionNode): [string, FragmentDefinitionNode][] {
  return node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [];
}
