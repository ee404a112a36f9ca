/** The configuration, read again while everything runs. */
export const reloadTypeDefs = `
extend type Kernel {
  "The latest reload; null before the first."
  lastReload: LastReload
}

"What became of the latest reload."
type LastReload {
  "When."
  at: DateTime!
  "Whether the configuration that was read is in force."
  ok: Boolean!
  "Of the configuration in force after it."
  revision: String!
  "Why everything stayed as it was; null if it did not."
  problem: Problem
}

extend type Query {
  "What would change if the configuration file said this: JSON with comments. Nothing is changed; an error says what is wrong with it."
  previewConfig(json: String!): ConfigPlan!
}

extend type Mutation {
  "Has the gateway read its configuration file again: all of it counts, or nothing. It does not wait for servers."
  reloadConfig(input: ReloadConfigInput!): ConfigPayload!
}

"How to reload."
input ReloadConfigInput {
  "Only if this revision is in force."
  expectedRevision: String
  "Only say what would change."
  dryRun: Boolean = false
  "Comes back in the payload."
  clientMutationId: String
}

"What became of a reload."
type ConfigPayload implements MutationPayload {
  "Whether something changed."
  applied: Boolean!
  "What changed, or would have; null if the file could not be read."
  plan: ConfigPlan
  "Why nothing was done; empty if it was."
  userErrors: [UserError!]!
  "What the input said."
  clientMutationId: String
}

"What another configuration changes: names of keys and servers, no values."
type ConfigPlan {
  "The revision in force."
  from: String!
  "The revision that would be."
  to: String!
  "Servers that change, come or go."
  servers: [ConfigChange!]!
  "How many servers are touched in no way."
  unchanged: Int!
  "Keys above the servers that take effect while everything runs."
  other: [String!]!
  "Keys that take effect only when a gateway starts: if there is one, nothing is applied."
  restartNeeded: [String!]!
}

"What becomes of one server."
type ConfigChange {
  "Its name."
  server: String!
  "What the file does to it."
  change: ConfigChangeKind!
  "The keys of its entry that differ."
  keys: [String!]!
  "What that means for its connections."
  how: ConfigChangeHow!
}

"What a file does to a server."
enum ConfigChangeKind {
  "It names it for the first time."
  ADDED
  "It names it no more."
  REMOVED
  "Its entry says something else."
  CHANGED
  "It is no longer turned off."
  ENABLED
  "It is turned off."
  DISABLED
}

"What a change means for the connections of a server."
enum ConfigChangeHow {
  "It is started."
  START
  "Its calls end, then it is stopped."
  DRAIN
  "The new one is ready before the calls of the old one end."
  MAKE_FIRST
  "The calls of the old one end, then the new one is started."
  BREAK_FIRST
  "They stay as they are."
  IN_PLACE
}
`;
