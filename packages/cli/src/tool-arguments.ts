import { didYouMean } from '@switchyard/gateway/configuration';
import { SwitchyardError } from '@switchyard/plugin-api';

/** A tool's `inputSchema`, as far as a command line needs it. */
export interface InputSchema {
  readonly properties?: Readonly<Record<string, ArgumentSchema | boolean>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

interface ArgumentSchema {
  readonly type?: string | readonly string[];
  readonly items?: ArgumentSchema;
}

/**
 * The arguments of a call from words: `k=v` is taken for what the tool's schema says it is, `k:=json` for JSON; a list
 * may be given as JSON or word by word, `label=a label=b`.
 * @throws ARGUMENT_INVALID for a name that the tool does not have, one that it needs, or a value that does not fit.
 */
export function toolArguments(
  tool: { readonly name: string; readonly inputSchema?: InputSchema },
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const schema = tool.inputSchema ?? {};
  const invalid = (reason: string): SwitchyardError =>
    new SwitchyardError('ARGUMENT_INVALID', { tool: tool.name, reason, signature: signature(schema) });

  const values = new Map<string, unknown>();
  for (const word of words) {
    const [, name, typed, text] = /^([^=:]+|[^=]+?)(:?)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || text === undefined) throw invalid(`"${word}" is not of the form name=value`);
    const property = propertyOf(schema, name);
    if (property === undefined)
      throw invalid(`unknown argument "${name}"${didYouMean(name, Object.keys(schema.properties ?? {}))}`);
    const value = typed === ':' ? json(text) : coerced(text, property);
    if (value === undefined)
      throw invalid(
        `${name} must be ${typed === ':' ? 'JSON' : typeName(property)}, not "${text.slice(0, 80)}"`,
      );
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, value);
    else if (Array.isArray(earlier) && Array.isArray(value))
      values.set(name, [...earlier, ...(value as readonly unknown[])]);
    else throw invalid(`${name} is given twice`);
  }
  const missing = (schema.required ?? []).filter((name) => !values.has(name));
  if (missing.length > 0) throw invalid(`missing ${missing.map((name) => `"${name}"`).join(', ')}`);
  return Object.fromEntries(values);
}

/** `owner:str repo:str [body:str]`: what the tool needs, then what it takes. */
export function signature(schema: InputSchema): string {
  const required = schema.required ?? [];
  const names = Object.keys(schema.properties ?? {});
  const shown = (name: string): string => `${name}:${typeName(propertyOf(schema, name))}`;
  const all = [
    ...names.filter((name) => required.includes(name)).map(shown),
    ...names.filter((name) => !required.includes(name)).map((name) => `[${shown(name)}]`),
  ];
  return all.length === 0 ? 'none' : all.join(' ');
}

/** Undefined for a name that the tool does not have. */
function propertyOf(
  { properties, additionalProperties }: InputSchema,
  name: string,
): ArgumentSchema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) {
    const property = properties[name];
    return typeof property === 'object' ? property : {};
  }
  // Without a word about others, a tool most likely does not know them, and a misspelt name is most likely that.
  const open =
    properties === undefined || additionalProperties === true || typeof additionalProperties === 'object';
  return open ? {} : undefined;
}

/** Undefined: the text cannot be what the schema asks for. */
function coerced(text: string, schema: ArgumentSchema): unknown {
  const types = typesOf(schema);
  if (types.length === 0 || types.includes('string')) return text;
  if (types.includes('null') && text === 'null') return null;
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (types.includes('number') || types.includes('integer')) {
    const number = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(number) && (types.includes('number') || Number.isInteger(number))) return number;
  }
  const value = json(text);
  if (types.includes('array')) {
    if (Array.isArray(value)) return value;
    const item = coerced(text, schema.items ?? {});
    return item === undefined ? undefined : [item];
  }
  return types.includes('object') && typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : undefined;
}

function typesOf({ type }: ArgumentSchema): readonly string[] {
  return type === undefined ? [] : [type].flat();
}

const SHORT: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'num',
  boolean: 'bool',
  object: 'obj',
};

function typeName(schema: ArgumentSchema | undefined): string {
  const name = (type: string): string =>
    type === 'array' ? `${typeName(schema?.items)}[]` : (SHORT[type] ?? type);
  return (
    typesOf(schema ?? {})
      .map(name)
      .join('|') || 'any'
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
