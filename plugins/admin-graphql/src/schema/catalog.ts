/** What the catalog shows of each item, whatever its kind. */
const ITEM_FIELDS = `
  "Opaque and unique in this gateway; the same after a restart."
  id: ID!
  "What it is."
  kind: CatalogKind!
  "What clients use: the public name, or the URI as it is."
  name: String!
  "The server's own name for it."
  originalName: String!
  "Whose it is."
  server: Server!
  "For people, in the server's words."
  title: String
  "What it is for, in the server's words."
  description: String
  "SHA-256 of the definition as the server sent it, in hex."
  definitionHash: String!
  "The whole definition as the server sent it, the secrets of the configuration masked."
  definition: JSON!
`;

/** What all servers offer. */
export const catalogTypeDefs = `
extend type Query {
  "What all servers offer: tools, prompts, resources, resource templates, each kind in the order of lists."
  catalog(first: Int, after: String, last: Int, before: String, filter: CatalogFilter): CatalogConnection!
}

"Which items; what is absent does not matter."
input CatalogFilter {
  "With this in a name, the title or the description, in whatever case."
  search: String
  "Of these kinds."
  kind: [CatalogKind!]
  "Of these servers, by id or name."
  server: [ID!]
}

"One tool, prompt, resource or template under the name that clients see."
interface CatalogItem implements Node {${ITEM_FIELDS}}

"Something that a model can call."
type Tool implements Node & CatalogItem {${ITEM_FIELDS}
  "What its arguments must be: JSON Schema."
  inputSchema: JSON
  "What its structured result will be: JSON Schema; null if it does not say."
  outputSchema: JSON
  "What the server says of its behaviour, unverified; null if it does not say."
  annotations: JSON
}

"A prompt that a person can choose."
type Prompt implements Node & CatalogItem {${ITEM_FIELDS}
  "What it takes; null if nothing."
  arguments: JSON
}

"Something to read."
type Resource implements Node & CatalogItem {${ITEM_FIELDS}
  "Its address."
  uri: String!
  "Its type, in the server's words."
  mimeType: String
  "Its size in bytes, in the server's words."
  size: Float
}

"Many things to read, under one pattern."
type ResourceTemplate implements Node & CatalogItem {${ITEM_FIELDS}
  "The pattern of its addresses (RFC 6570)."
  uriTemplate: String!
  "The type of them all, in the server's words."
  mimeType: String
}

"A page of the catalog."
type CatalogConnection {
  "The items with their cursors."
  edges: [CatalogEdge!]!
  "The items."
  nodes: [CatalogItem!]!
  "Where the page stands."
  pageInfo: PageInfo!
  "How many match in all."
  totalCount: Int!
  "Of the catalog that the page was taken from: another one says that it changed."
  revision: String!
}

"An item on a page."
type CatalogEdge {
  "Its place, for \`after\` and \`before\`."
  cursor: String!
  "The item."
  node: CatalogItem!
}
`;
