/** The gateway itself, its plugins and its doors. */
export const gatewayTypeDefs = `
extend type Query {
  "The running gateway."
  kernel: Kernel!
  "The plugins, in the order of their set-up."
  plugins("Only those in one of these states." state: [PluginState!]): [Plugin!]!
  "What a person should know of the catalog."
  problems: [CatalogProblem!]!
  "Where all calls are."
  ledger: Ledger!
}

"The running gateway."
type Kernel {
  "Of the gateway."
  version: String!
  "Of Node.js, \`v20.19.0\`."
  nodeVersion: String!
  "Of its process."
  pid: Int!
  "When it was started."
  startedAt: DateTime!
  "For how long it has been running."
  uptime: Duration!
  "Its doors are open."
  ready: Boolean!
  "Of the configuration that is in force."
  revision: String!
  "The configuration's file; null if it came from elsewhere."
  config: String
  "Where it keeps its state; null if nowhere."
  stateDir: String
  "Its open doors."
  endpoints: [Endpoint!]!
  "How many clients are connected, by all doors that count them."
  clients: Int!
}

"A door that is open."
type Endpoint {
  "What kind of door: \`http\`, \`stdio\`, \`graphql\`."
  kind: String!
  "Where it is; null where it has no address."
  url: String
}

"At any instant, accepted = answered + cancelled + inFlight."
type Ledger {
  "Calls that came in."
  accepted: Float!
  "Calls that ended with a result or an error."
  answered: Float!
  "Calls that were given up."
  cancelled: Float!
  "Calls under way."
  inFlight: Int!
}

"A package or file that extends the gateway."
type Plugin implements Node {
  "Opaque and unique in this gateway; the same after a restart."
  id: ID!
  "Its own id; as long as that is not known, the name by which it was asked for."
  name: String!
  "The name by which it was asked for."
  askedFor: String!
  "The module it came from; null if it was not found, or given as an object."
  file: String
  "What became of it."
  state: PluginState!
  "How long its set-up took, in milliseconds."
  bootMs: Float!
  "Services that it uses."
  needs: [String!]!
  "Services that it gives."
  provides: [String!]!
  "Extension points that it adds to now."
  contributes: [String!]!
  "What it would take to undo it now, oldest first."
  holds: [String!]!
  "Why it failed; null unless it did."
  problem: Problem
}

"What is wrong, in the shape of every error people see."
type Problem {
  "\`SWY-Ennn\`; \`switchyard explain\` says more of it."
  code: String!
  "What is wrong, in one sentence."
  message: String!
  "In which file and line, where that is known."
  where: String
  "Why, where more is known than the message says."
  why: String
  "What to do about it."
  hint: String!
}

"Something in the catalog that a person should know."
type CatalogProblem {
  "Whose; null once the server is no longer configured."
  server: Server
  "Of which list; null where it is not about one."
  kind: CatalogKind
  "What is wrong, in one sentence."
  message: String!
  "\`SWY-Ennn\`, where the error table knows it; \`switchyard explain\` says more of it."
  code: String
  "In which file and line, where that is known."
  where: String
  "Why, where more is known than the message says."
  why: String
  "What to do about it, where the message does not say that too."
  hint: String
}
`;
