import { readFileSync } from 'node:fs';

/** A JSON Schema, as far as switchyard.schema.json uses the language. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

const UNDERSTOOD = new Set(
  (
    '$ref type enum const anyOf properties additionalProperties propertyNames items minItems maxItems minLength ' +
    'minimum maximum pattern definitions $schema $id title description default allowTrailingCommas'
  ).split(' '),
);

export const committedSchema = JSON.parse(
  readFileSync(new URL('../../switchyard.schema.json', import.meta.url), 'utf8'),
) as JsonSchema;

/** Whether an editor with this draft-07 schema would accept the value. Throws for a keyword it does not know. */
export function accepts(schema: JsonSchema, value: unknown, root: JsonSchema = schema): boolean {
  const unknown = Object.keys(schema).find((keyword) => !UNDERSTOOD.has(keyword));
  if (unknown !== undefined) throw new Error(`teach this validator the keyword "${unknown}"`);
  // Draft-07 ignores what stands beside a $ref.
  if (schema.$ref !== undefined)
    return accepts(root.definitions![schema.$ref.split('/').at(-1)!]!, value, root);

  const checks: readonly boolean[] = [
    schema.type === undefined || [schema.type].flat().some((type) => isA(type, value)),
    schema.enum === undefined || schema.enum.includes(value),
    !('const' in schema) || schema.const === value,
    schema.anyOf === undefined || schema.anyOf.some((branch) => accepts(branch, value, root)),
    typeof value !== 'string' || acceptsText(schema, value),
    typeof value !== 'number' ||
      (value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)),
    !Array.isArray(value) || acceptsList(schema, value, root),
    !isA('object', value) || acceptsObject(schema, value as Record<string, unknown>, root),
  ];
  return checks.every(Boolean);
}

function isA(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function acceptsText(schema: JsonSchema, value: string): boolean {
  return value.length >= (schema.minLength ?? 0) && new RegExp(schema.pattern ?? '').test(value);
}

function acceptsList(schema: JsonSchema, value: readonly unknown[], root: JsonSchema): boolean {
  if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return false;
  const { items } = schema;
  if (items === undefined) return true;
  return value.every((item, index) => {
    const itemSchema = Array.isArray(items)
      ? (items[index] as JsonSchema | undefined)
      : (items as JsonSchema);
    return itemSchema === undefined || accepts(itemSchema, item, root);
  });
}

function acceptsObject(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  root: JsonSchema,
): boolean {
  return Object.entries(value).every(([key, item]) => {
    if (schema.propertyNames !== undefined && !accepts(schema.propertyNames, key, root)) return false;
    const property = schema.properties?.[key];
    if (property !== undefined) return accepts(property, item, root);
    if (typeof schema.additionalProperties === 'object')
      return accepts(schema.additionalProperties, item, root);
    return schema.additionalProperties !== false;
  });
}
