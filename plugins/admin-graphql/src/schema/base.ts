/** Scalars, the roots that every part extends, and what paging needs. */
export const baseTypeDefs = `
"A moment: RFC 3339, UTC, with milliseconds."
scalar DateTime

"Any JSON value. Secrets are masked in it before it comes here."
scalar JSON

"A length of time: \`30s\`, \`PT30S\`, or a number of milliseconds; \`PT30S\` on output."
scalar Duration

"Something with an id that \`node\` finds again."
interface Node {
  "Opaque and unique in this gateway; the same after a restart."
  id: ID!
}

"Where a page stands in its list (Relay, cursor connections)."
type PageInfo {
  "There is something after this page."
  hasNextPage: Boolean!
  "There is something before this page."
  hasPreviousPage: Boolean!
  "Of the first item; null on an empty page."
  startCursor: String
  "Of the last item; null on an empty page. Give it as \`after\` for the next page."
  endCursor: String
}

"What can be asked. Lists are pages of 1 to 500 items, 50 unless \`first\` or \`last\` says otherwise."
type Query {
  "Whatever has this id; null if it is gone."
  node(id: ID!): Node
  "Whatever has these ids, at most 500, in their order; null for what is gone."
  nodes(ids: [ID!]!): [Node]!
}

"What can be ordered. Nothing here starts a command that the configuration does not name."
type Mutation

"What can be followed, as server-sent events. Events arrive in order; a subscriber that reads too slowly loses the oldest and is told how many."
type Subscription
`;
