import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How many objects an answer may have to be made of. */
export const MAX_COST = 5_000;
/** No page is larger; who asks for more hears it from the field itself. */
const LARGEST_PAGE = 500;
/** What a page has where nobody says how much. */
const USUAL_PAGE = 50;

/** An operation and what it is asked with. */
export interface Priced {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * How many objects the answer to a valid operation has at most: each field with fields of its own is one, and what is in
 * a page counts as often as the page is large (`first` or `last`, as it is written, in a variable, or usual).
 */
export function costOf({ schema, operation, fragments, variables }: Priced): number {
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined,
    ]),
  );
  const costs = new Map<string, number>();

  function ofFragment(name: string): number {
    const fragment = fragments.get(name);
    if (!fragment) return 0;
    let cost = costs.get(name);
    if (cost === undefined) {
      cost = ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
      costs.set(name, cost);
    }
    return cost;
  }

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): number {
    let cost = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) cost += ofFragment(node.name.value);
      else if (node.kind === Kind.FIELD) cost += ofField(node, type);
      else {
        const narrowed = node.typeCondition ? schema.getType(node.typeCondition.name.value) : type;
        cost += ofSelections(node.selectionSet, narrowed);
      }
    }
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    // Introspection is no field of its parent: what it tells is made once.
    if (!field || !node.selectionSet) return 0;
    return 1 + pageSize(node, field.args) * ofSelections(node.selectionSet, getNamedType(field.type));
  }

  function pageSize(node: FieldNode, args: readonly GraphQLArgument[]): number {
    const sizeArguments = args.filter(({ name }) => name === 'first' || name === 'last');
    if (sizeArguments.length === 0) return 1;
    const sizes = sizeArguments.flatMap(({ name, defaultValue }) => {
      const size = given(node, name) ?? defaultValue;
      return typeof size === 'number' ? [Math.min(Math.max(size, 0), LARGEST_PAGE)] : [];
    });
    return sizes.length === 0 ? USUAL_PAGE : Math.max(...sizes);
  }

  function given(node: FieldNode, name: string): unknown {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    return value?.kind === Kind.VARIABLE
      ? (variables[value.name.value] ?? defaults.get(value.name.value))
      : undefined;
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}
