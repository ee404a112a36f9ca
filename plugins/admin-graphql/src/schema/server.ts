/** Servers: what they are, what they should be, and what became of them. */
export const serverTypeDefs = `
extend type Query {
  "The server with this name; null if there is none."
  server(name: String!): Server
  "The servers in the order of the configuration."
  servers(first: Int, after: String, last: Int, before: String, filter: ServerFilter): ServerConnection!
}

"Which servers; what is absent does not matter."
input ServerFilter {
  "In one of these phases."
  phase: [ServerPhase!]
  "Reached in one of these ways: \`stdio\`, \`http\`."
  transport: [String!]
  "With this in the name, in whatever case."
  search: String
  "With something wrong, or with nothing."
  hasProblem: Boolean
}

"An MCP server."
type Server implements Node {
  "Opaque and unique in this gateway; the same after a restart."
  id: ID!
  "As the configuration calls it."
  name: String!
  "How it is reached: \`stdio\`, \`http\`; null if that is not known."
  transport: String
  "Where its entry stands: \`switchyard.jsonc:7\`."
  where: String
  "What it is now."
  phase: ServerPhase!
  "Since when."
  since: DateTime!
  "What the configuration and whoever gave the last order want it to be: READY, IDLE, STOPPED or DISABLED."
  desired: ServerPhase!
  "What is so of it and what is not; empty for one that is turned off."
  conditions: [Condition!]!
  "What is wrong with it; null if nothing is."
  problem: Problem
  "Its connections, the primary one first; the others belong to a principal or a session."
  connections: [Connection!]!
  "The process of its primary connection; null if it has none."
  process: ServerProcess
  "How many times it was started again, by itself or by hand."
  restarts: Int!
  "Failed starts and short runs that count towards a crash loop."
  failures: Int!
  "When the next attempt is due; null unless it waits for one."
  retryAt: DateTime
  "From start to ready in the latest run, in milliseconds."
  readyAfterMs: Float
  "The latest changes of phase, oldest first; the latest 50 unless \`first\` or \`last\` says otherwise."
  history(first: Int, after: String, last: Int, before: String): StateTransitionConnection!
  "The revision of MCP that is spoken with it; null unless it is connected."
  protocolVersion: String
  "The family of that revision."
  era: ProtocolEra
  "How it introduces itself."
  implementation: Implementation
  "What it declares it can do, as it said (2025-11-25, lifecycle, initialization)."
  capabilities: JSON
  "How it wants to be used, in its own words."
  instructions: String
  "Calls under way, over all its connections."
  inFlight: Int!
  "Those of them that wait, and those that were refused; null where nobody counts them."
  queue: Queue
  "How many of each kind it offers."
  counts: CatalogCounts!
  "The counts are remembered from an earlier run."
  remembered: Boolean!
  "Resources that clients want to hear of, counted by client."
  subscriptions: Int!
  "Messages of the present session that were no JSON-RPC, too large, or answered nothing."
  dropped: Int!
  "The tools that it offers."
  tools(first: Int, after: String, last: Int, before: String, "Which of them." filter: ToolFilter): CatalogConnection!
}

"Which tools; what is absent does not matter."
input ToolFilter {
  "With this in a name, the title or the description, in whatever case."
  search: String
}

"The calls that a server holds back: nothing of them was sent."
type Queue {
  "How many wait now, for the server to be ready or for room beside those that it is working on."
  held: Int!
  "How many were refused so far because too many waited, or for too long."
  shed: Float!
}

"One thing that is so of a server, not so, or not known."
type Condition {
  "What."
  type: ConditionType!
  "Whether it is so."
  status: ConditionStatus!
  "One word for programs: \`Ready\`, \`Backoff\`."
  reason: String!
  "Since when."
  since: DateTime!
}

"One connection to a server."
type Connection {
  "\`primary\`, the principal's name, or \`session:\` and a digest of its id."
  key: String!
  "What it is now."
  phase: ServerPhase!
  "Since when."
  since: DateTime!
  "Its process; null if it has none."
  process: ServerProcess
  "Since when there is a process or a session; null if there is none."
  startedAt: DateTime
  "Calls under way."
  inFlight: Int!
  "Failed starts and short runs in a row."
  attempt: Int!
  "When the next attempt is due; null unless it waits for one."
  retryAt: DateTime
}

"A process that the gateway started. What it uses is that of everything it started, too; null until it was looked at, a second after the start, and where there is no /proc."
type ServerProcess {
  "Its number."
  pid: Int!
  "When it was started."
  startedAt: DateTime
  "The program, without its arguments; null where that is not known of this connection."
  command: String
  "Resident memory in bytes; what processes share counts in each of them."
  rssBytes: Float
  "Processor time, of user and system, since it was started, in seconds; never falls while it runs."
  cpuSeconds: Float
  "Threads."
  threads: Int
  "Open descriptors."
  descriptors: Int
  "Processes, itself included."
  processes: Int
  "When these were read; every five seconds, as a rule."
  sampledAt: DateTime
}

"How a server introduces itself, unverified."
type Implementation {
  "In its own words."
  name: String!
  "In its own words."
  version: String!
}

"How many of each kind a server offers."
type CatalogCounts {
  "From \`tools/list\`."
  tools: Int!
  "From \`prompts/list\`."
  prompts: Int!
  "From \`resources/list\`."
  resources: Int!
  "From \`resources/templates/list\`."
  resourceTemplates: Int!
}

"One change of phase."
type StateTransition {
  "Grows with each change, over restarts of the gateway too, so that who follows a server knows what was missed."
  seq: Float!
  "What it was."
  from: ServerPhase!
  "What it became."
  to: ServerPhase!
  "What happened: \`start\`, \`opened\`, \`lost\`, \`due\`, \`stop\` …"
  event: String!
  "When."
  at: DateTime!
  "The number of the run that it belongs to; the first is 1, and 0 says that there was none yet."
  run: Int!
  "It happened before the gateway was started, in which runs count from 1 again."
  earlier: Boolean!
  "The \`SWY-Ennn\` of what went wrong; null if nothing did."
  code: String
  "One sentence about what went wrong."
  cause: String
  "How the process ended, where one did by itself."
  exitCode: Int
  "The signal that ended the process, where one did."
  signal: String
  "Failed starts and short runs in a row, this one included; null unless the next attempt is waited for."
  attempt: Int
  "When the next attempt is due; null unless it is waited for."
  retryAt: DateTime
}

"A page of servers."
type ServerConnection {
  "The servers with their cursors."
  edges: [ServerEdge!]!
  "The servers."
  nodes: [Server!]!
  "Where the page stands."
  pageInfo: PageInfo!
  "How many match in all."
  totalCount: Int!
}

"A server on a page."
type ServerEdge {
  "Its place, for \`after\` and \`before\`."
  cursor: String!
  "The server."
  node: Server!
}

"A page of a server's history."
type StateTransitionConnection {
  "The changes with their cursors."
  edges: [StateTransitionEdge!]!
  "The changes."
  nodes: [StateTransition!]!
  "Where the page stands."
  pageInfo: PageInfo!
  "How many are kept."
  totalCount: Int!
}

"A change of phase on a page."
type StateTransitionEdge {
  "Its place, for \`after\` and \`before\`."
  cursor: String!
  "The change."
  node: StateTransition!
}
`;
