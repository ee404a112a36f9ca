import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema as read,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
} from 'graphql';
import { buildSchema } from '../modules/build-schema.ts';

const schema = buildSchema([]);
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const BUILT_IN = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);

describe('the schema', () => {
  it('is the one that is committed (node tools/docs/graphql.mjs writes it)', () => {
    const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(printSchema(schema)).toBe(printSchema(read(committed)));
  });

  it('describes every type, field and value', () => {
    const bare: string[] = [];
    for (const type of types) {
      if (!type.description && !BUILT_IN.has(type.name)) bare.push(type.name);
      if (isEnumType(type)) {
        for (const value of type.getValues()) if (!value.description) bare.push(`${type.name}.${value.name}`);
      }
      if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) bare.push(`${type.name}.${field.name}`);
        }
      }
    }
    expect(bare).toEqual([]);
  });

  it('has no input that could start a command of somebody else', () => {
    const inputs = types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields()));
    const mutations = Object.values(schema.getMutationType()!.getFields());
    const taken = [...inputs, ...mutations.flatMap(({ args }) => args.map(({ name }) => name))];
    for (const word of ['command', 'args', 'env', 'url', 'path', 'cwd', 'config', 'headers']) {
      expect(taken).not.toContain(word);
    }
  });
});
