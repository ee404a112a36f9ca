import { makeExecutableSchema } from '@graphql-tools/schema';
import { SwitchyardError, type AdminModule, type Contributions } from '@switchyard/plugin-api';
import { parse, validateSchema, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createResolvers } from '../resolvers/resolvers.ts';
import { typeDefs } from '../schema/type-defs.ts';
import { checkResolvers } from './check-resolvers.ts';
import { claim, type Claims } from './claims.ts';

/** A module with the plugin that contributed it. */
export type OwnedModule = Contributions<AdminModule>['owned'][number];

/** Whose the fields of this package are, in clashes. */
const OURS = 'admin-graphql';

/**
 * The schema of this package with what other plugins add.
 * @throws PLUGIN_CLASH where two define the same; PLUGIN_INVALID where a module's definitions or resolvers are wrong.
 */
export function buildSchema(modules: readonly OwnedModule[]): GraphQLSchema {
  const own = parse(typeDefs, { noLocation: true });
  const parsed = modules.map(({ plugin, item }) => ({ plugin, item, document: documentOf(plugin, item) }));
  const claims: Claims = new Map();
  claim(claims, OURS, own);
  // All definitions before any resolver: a clash is told as one, whatever the order of the plugins.
  for (const { plugin, document } of parsed) claim(claims, plugin, document);
  for (const { plugin, item } of parsed) checkResolvers(claims, plugin, item.resolvers);

  const documents = [own];
  const resolvers = [...createResolvers()];
  let schema = executable(documents, resolvers);
  for (const { plugin, item, document } of parsed) {
    documents.push(document);
    resolvers.push(item.resolvers);
    // Again with each of them: whoever makes it invalid is named.
    schema = guarded(plugin, () => executable(documents, resolvers));
  }
  return schema;
}

function documentOf(plugin: string, { typeDefs }: AdminModule): DocumentNode {
  return guarded(plugin, () => parse(typeDefs, { noLocation: true }));
}

function executable(
  documents: readonly DocumentNode[],
  resolvers: readonly AdminModule['resolvers'][],
): GraphQLSchema {
  const schema = makeExecutableSchema({
    typeDefs: [...documents],
    // What a module may hold was checked: plain JavaScript, which no type describes.
    resolvers: [...resolvers] as never[],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  const [fault] = validateSchema(schema);
  if (fault) throw fault;
  return schema;
}

function guarded<T>(plugin: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = `its part of the admin API is wrong: ${said}`;
    throw new SwitchyardError('PLUGIN_INVALID', { plugin, reason }, { cause: error });
  }
}
