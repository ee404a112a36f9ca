import * as v from 'valibot';

/** Whether a value of a JSON text is an object and no list. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses lists before `schema` sees them: to valibot an array is an object too. */
export function plainObject<Schema extends v.GenericSchema<Record<string, unknown>, unknown>>(
  schema: Schema,
) {
  return v.pipe(v.custom<v.InferInput<Schema>>(isPlainObject, 'expected an object'), schema);
}
