import { SwitchyardError, type AdminModule, type Servers } from '@switchyard/plugin-api';
import type { Guards } from './guards.ts';

const typeDefs = `
extend type Server {
  "Its circuit breaker; null if it has none."
  breaker: Breaker
}

"What holds calls to a server back that fails."
type Breaker {
  "Where it stands."
  phase: BreakerPhase!
  "Failures in a row, now."
  failures: Int!
  "It opens at so many in a row."
  threshold: Int!
  "Since when; null while it is closed."
  openedAt: DateTime
  "When the server is asked next whether it answers; null unless it is open."
  nextProbeAt: DateTime
  "The last failure; null if there was none."
  lastError: Problem
}

"Where a breaker stands."
enum BreakerPhase {
  "Calls are let through."
  CLOSED
  "Calls are refused at once."
  OPEN
  "A few calls are let through, to see what becomes of them."
  HALF_OPEN
}

extend type Mutation {
  "Lets calls to a server through again, whatever became of those before."
  resetBreaker(input: ResetBreakerInput!): ServerPayload!
}

"Which breaker."
input ResetBreakerInput {
  "The server's name."
  server: String!
  "Comes back in the payload."
  clientMutationId: String
}
`;

interface ResetArguments {
  readonly input: { readonly server: string; readonly clientMutationId?: string | null };
}

/** The breaker of the admin API. */
export function breakerModule(guards: Guards, servers: Pick<Servers, 'list'>): AdminModule {
  return {
    name: 'breaker',
    // Every gateway has it: none should start more slowly for it.
    late: true,
    typeDefs,
    resolvers: {
      BreakerPhase: { CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' },
      Mutation: {
        resetBreaker(_root: unknown, { input }: ResetArguments) {
          const { server: name, clientMutationId } = input;
          guards.of(name)?.reset();
          const views = servers.list();
          const server = views.find((view) => view.name === name);
          const known = views.map((view) => view.name).join(', ') || 'none';
          const userErrors = server ? [] : [unknownServer(name, known)];
          return { server, userErrors, clientMutationId };
        },
      },
    },
  };
}

function unknownServer(server: string, known: string) {
  const { code, number, message, remedy } = new SwitchyardError('SERVER_UNKNOWN', { server, known });
  return { field: ['server'], code, number, message, hint: remedy };
}
