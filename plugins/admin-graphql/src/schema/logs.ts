/** The gateway's own log. */
export const logTypeDefs = `
extend type Query {
  "The latest lines of the gateway's own log, oldest first; a bounded number of them is kept."
  logs(
    "How many at most, 1 to 500."
    last: Int = 200
    "Of this level and above."
    level: LogLevel = INFO
    "About this server, by id or name."
    server: ID
    "Written by this plugin."
    plugin: String
    "With this in the message, in whatever case."
    search: String
  ): [LogEntry!]!
}

"One line of the gateway's own log. Secrets are masked in it."
type LogEntry {
  "Grows by one with each line of this run."
  seq: Float!
  "When."
  at: DateTime!
  "How much it matters."
  level: LogLevel!
  "What happened."
  message: String!
  "Who wrote it; null for the gateway itself."
  plugin: String
  "The server that it is about."
  server: String
  "Of the call that it is about: what an error's \`correlationId\` says."
  correlationId: String
  "All further facts."
  fields: JSON!
}
`;
