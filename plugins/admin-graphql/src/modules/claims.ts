import { SwitchyardError } from '@switchyard/plugin-api';
import { Kind, type DefinitionNode, type DocumentNode, type NameNode } from 'graphql';

/** Who defined what: a type by its name, a field, value, input or member as `Type.field`. */
export type Claims = Map<string, string>;

/**
 * Takes down what a plugin's document defines. A merge would take two definitions of one thing for one, even where they
 * mean different things.
 * @throws PLUGIN_CLASH with both names; PLUGIN_INVALID for what nobody may define.
 */
export function claim(claims: Claims, plugin: string, document: DocumentNode): void {
  for (const definition of document.definitions) {
    const part = partOf(definition);
    if (!part) {
      const reason = `its GraphQL module holds "${definition.kind}": types, and fields of types, are all that can be added`;
      throw new SwitchyardError('PLUGIN_INVALID', { plugin, reason });
    }
    if (part.isNew) take(claims, plugin, 'GraphQL type', part.name);
    for (const member of part.members) take(claims, plugin, 'GraphQL field', `${part.name}.${member}`);
  }
}

function take(claims: Claims, plugin: string, what: string, name: string): void {
  const first = claims.get(name);
  if (first !== undefined) throw new SwitchyardError('PLUGIN_CLASH', { first, second: plugin, what, name });
  claims.set(name, plugin);
}

interface Part {
  readonly name: string;
  readonly isNew: boolean;
  readonly members: readonly string[];
}

/** What one definition adds; undefined for one that adds to the schema as a whole. */
function partOf(definition: DefinitionNode): Part | undefined {
  switch (definition.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return { name: definition.name.value, isNew: true, members: [] };
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { name: definition.name.value, isNew: true, members: names(definition.fields) };
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_EXTENSION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return { name: definition.name.value, isNew: false, members: names(definition.fields) };
    case Kind.ENUM_TYPE_DEFINITION:
      return { name: definition.name.value, isNew: true, members: names(definition.values) };
    case Kind.ENUM_TYPE_EXTENSION:
      return { name: definition.name.value, isNew: false, members: names(definition.values) };
    case Kind.UNION_TYPE_DEFINITION:
      return { name: definition.name.value, isNew: true, members: names(definition.types) };
    case Kind.UNION_TYPE_EXTENSION:
      return { name: definition.name.value, isNew: false, members: names(definition.types) };
    default:
      return undefined;
  }
}

function names(nodes: readonly { readonly name: NameNode }[] | undefined): readonly string[] {
  return nodes?.map(({ name }) => name.value) ?? [];
}
