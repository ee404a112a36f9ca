const EVENT_FIELDS = `
  "Grows with each event of this subscription; what is missing in between is what \`dropped\` counts."
  seq: Float!
  "How many events this subscriber missed just before this one, because it read too slowly."
  dropped: Int!
`;

/** What can be followed. */
export const eventTypeDefs = `
extend type Subscription {
  "Each change of phase, one event each. The first events are the present of each server, unless \`snapshot\` is false."
  serverStateChanged(
    "Only this server, by id or name."
    server: ID
    "Only servers that match when it happens; \`phase\` is what they became."
    filter: ServerFilter
    "Begin with the present of each matching server."
    snapshot: Boolean = true
  ): ServerStateEvent!
  "What came, went or changed in the catalog, one event for each server. The first event of each server lists nothing: it says the revision that the changes begin from."
  catalogChanged(
    "Only this server, by id or name."
    server: ID
  ): CatalogEvent!
  "Each line of the gateway's own log as it is written."
  logged(
    "Of this level and above."
    level: LogLevel = INFO
    "About this server, by id or name."
    server: ID
    "Written by this plugin."
    plugin: String
    "Begin with the kept lines after this one; those that are not kept any more count as dropped."
    afterSeq: Float
    "When that line was written: if the gateway was started since, its lines count from 1 again, and all that are kept come."
    afterAt: DateTime
  ): LogEvent!
}

"A server's phase changed."
type ServerStateEvent {${EVENT_FIELDS}
  "As it was when this was told; with several changes at once, as it was after the last of them."
  server: Server!
  "The change; null where the event says the present only."
  transition: StateTransition
}

"A server offers something else than before."
type CatalogEvent {${EVENT_FIELDS}
  "As it is now; null once it is no longer configured."
  server: Server
  "Of the catalog with this change."
  revision: String!
  "What came."
  added: [CatalogItem!]!
  "The names of what went."
  removed: [String!]!
  "What kept its name and has another definition."
  changed: [CatalogItem!]!
}

"A line was written."
type LogEvent {
  "The number of the line; what is missing in between was not asked for, or is what \`dropped\` counts."
  seq: Float!
  "How many lines this subscriber missed just before this one."
  dropped: Int!
  "The line."
  entry: LogEntry!
}
`;
