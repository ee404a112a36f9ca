const PAYLOAD_FIELDS = `
  "Why the order could not be carried out; empty if it was."
  userErrors: [UserError!]!
  "What the input said."
  clientMutationId: String
`;

/** Orders to servers. */
export const orderTypeDefs = `
extend type Mutation {
  "Starts a server. With \`waitFor\`: until it is READY or FAILED. One that is ready already stays so."
  startServer(input: ServerRefInput!): ServerPayload!
  "Lets the calls under way end and stops a server. With \`waitFor\`: until it is STOPPED."
  stopServer(input: ServerRefInput!): ServerPayload!
  "Stops a server and starts it again. With \`waitFor\`: until it is READY again or FAILED."
  restartServer(input: ServerRefInput!): ServerPayload!
  "Reads the lists of a server anew, whatever it said of changes. Waits 30 s for them unless \`waitFor\` says otherwise."
  refreshCatalog(input: ServerRefInput!): CatalogPayload!
}

"Which server, and how long to wait for what was ordered."
input ServerRefInput {
  "The server's id or its name."
  server: ID!
  "How long to wait for the phase that the order aims at, at most 10 minutes. Absent: the order is only given."
  waitFor: Duration
  "Comes back in the payload."
  clientMutationId: String
}

"What every mutation answers."
interface MutationPayload {${PAYLOAD_FIELDS}}

"What became of an order to a server."
type ServerPayload implements MutationPayload {
  "As it is now; null if there is no such server."
  server: Server
  "The latest change of phase since the order; null if nothing had to change."
  transition: StateTransition${PAYLOAD_FIELDS}}

"What came of reading a server's lists."
type CatalogPayload implements MutationPayload {
  "As it is now; null if there is no such server."
  server: Server
  "What came."
  added: [CatalogItem!]!
  "The names of what went."
  removed: [String!]!
  "What kept its name and has another definition."
  changed: [CatalogItem!]!${PAYLOAD_FIELDS}}

"Why an order could not be carried out, for whoever gave it."
type UserError {
  "The path of what was wrong inside the input; null if it was not the input's fault."
  field: [String!]
  "For programs: \`SERVER_UNKNOWN\`, \`WAIT_TIMED_OUT\`, \`COMMAND_NOT_FOUND\` …"
  code: String!
  "\`SWY-Ennn\`; \`switchyard explain\` says more of it."
  number: String!
  "What went wrong, in one sentence."
  message: String!
  "What to do about it."
  hint: String!
}
`;
