import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { graphql } from 'graphql';
import { buildSchema, type OwnedModule } from './build-schema.ts';

const moduleOf = (plugin: string, typeDefs: string, resolvers: object = {}): OwnedModule => ({
  plugin,
  item: { name: plugin, typeDefs, resolvers: resolvers as OwnedModule['item']['resolvers'] },
});

/** What building fails with, in words. */
function refusal(...modules: readonly OwnedModule[]): string {
  try {
    buildSchema(modules);
  } catch (error) {
    if (SwitchyardError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was built');
}

describe('modules of other plugins', () => {
  it('add fields, types of their own and subscriptions, without a GraphQL library', async () => {
    const schema = buildSchema([
      moduleOf(
        'weather',
        `extend type Query { weather: Weather! today: Day! }
         type Weather { celsius: Int! mood: Mood! near: Place }
         enum Mood { FINE FOUL }
         scalar Day
         union Place = Town
         type Town { name: String! }
         extend type Subscription { storms: Int! }`,
        {
          Query: { weather: () => ({ celsius: 21, mood: 'fine', near: { name: 'Here' } }), today: () => 3 },
          Mood: { FINE: 'fine', FOUL: 'foul' },
          Day: { serialize: (day: number) => `day ${day}` },
          Place: { __resolveType: () => 'Town' },
          Subscription: { storms: { subscribe: () => undefined } },
        },
      ),
      moduleOf('greeting', 'extend type Weather { greeting: String! }', {
        Weather: { greeting: () => 'Hello' },
      }),
    ]);
    const source = '{ today weather { celsius mood greeting near { ... on Town { name } } } }';
    expect(await graphql({ schema, source })).toEqual({
      data: {
        today: 'day 3',
        weather: { celsius: 21, mood: 'FINE', greeting: 'Hello', near: { name: 'Here' } },
      },
    });
  });

  it.each<[string, string, string]>([
    ['a field of one type', 'extend type Query { hello: String }', 'GraphQL field "Query.hello"'],
    ['a type', 'type Hello { a: Int }', 'GraphQL type "Hello"'],
    ['a field of an input', 'extend input ServerFilter { age: Int }', 'GraphQL field "ServerFilter.age"'],
    ['a value of an enum', 'extend enum LogLevel { TRACE }', 'GraphQL field "LogLevel.TRACE"'],
  ])('cannot both define %s, not even alike', (_what, typeDefs, named) => {
    expect(refusal(moduleOf('one', typeDefs), moduleOf('two', typeDefs))).toBe(
      `PLUGIN_CLASH: one and two both contribute the ${named}`,
    );
  });

  it.each<[string, string, string]>([
    ['a field that is there', 'extend type Query { servers: Int }', 'GraphQL field "Query.servers"'],
    ['a type that is there', 'type Server { mood: String }', 'GraphQL type "Server"'],
    ['a root', 'type Query { hello: String }', 'GraphQL type "Query"'],
    ['a scalar', 'scalar JSON', 'GraphQL type "JSON"'],
  ])('cannot define %s', (_what, typeDefs, named) => {
    expect(refusal(moduleOf('one', typeDefs))).toBe(
      `PLUGIN_CLASH: admin-graphql and one both contribute the ${named}`,
    );
  });

  it('cannot define one thing twice in themselves', () => {
    const twice = moduleOf('one', 'extend type Query { a: Int } extend type Query { a: Int }');
    expect(refusal(twice)).toContain('one and one both contribute the GraphQL field "Query.a"');
  });

  it('cannot answer for others', () => {
    const taking = moduleOf('one', 'extend type Query { hello: String }', { Query: { servers: () => [] } });
    expect(refusal(taking)).toContain(
      'admin-graphql and one both contribute the GraphQL resolver "Query.servers"',
    );
    const types = moduleOf('one', 'scalar Own', { JSON: { serialize: () => '' } });
    expect(refusal(types)).toContain('the GraphQL resolver "JSON.serialize"');
  });

  it.each<[string, OwnedModule, string]>([
    ['text that is no SDL', moduleOf('one', 'type {'), 'Syntax Error'],
    ['an unknown type', moduleOf('one', 'extend type Query { a: Nobody }'), 'Nobody'],
    ['an extension of nothing', moduleOf('one', 'extend type Nobody { a: Int }'), 'Nobody'],
    ['a type without fields', moduleOf('one', 'type Empty'), 'Empty'],
    ['a half interface', moduleOf('one', 'extend interface Node { extra: Int }'), 'extra'],
    ['a schema of its own', moduleOf('one', 'schema { query: Query }'), 'SchemaDefinition'],
    ['a directive', moduleOf('one', 'directive @mine on FIELD'), 'DirectiveDefinition'],
    ['a query', moduleOf('one', '{ kernel { pid } }'), 'OperationDefinition'],
    [
      'a resolver of nothing',
      moduleOf('one', 'extend type Query { hello: String }', { Query: { helo: () => '' } }),
      '"Query.helo", which does not exist',
    ],
    [
      'a resolver that is none',
      moduleOf('one', 'extend type Query { hello: String }', { Query: { hello: {} } }),
      '"Query.hello" is no function',
    ],
    ['no resolvers', { plugin: 'one', item: { name: 'x', typeDefs: 'scalar A' } as never }, 'are no object'],
    ['no definitions', { plugin: 'one', item: { name: 'x', resolvers: {} } as never }, 'wrong'],
  ])('are refused with %s, and their plugin is named', (_what, module, said) => {
    const innocent = moduleOf('innocent', 'extend type Query { fine: Int }', { Query: { fine: () => 1 } });
    const message = refusal(innocent, module);
    expect(message).toContain('PLUGIN_INVALID: one is not a plugin:');
    expect(message).toContain(said);
  });
});
