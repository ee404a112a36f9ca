import { SwitchyardError } from '@switchyard/plugin-api';
import type { GraphQLSchema } from 'graphql';
import { boundedEvents } from './stream.ts';
import { MAX_WAITING_EVENTS } from './options.ts';
import { schemaOf } from './spec-server.ts';

const typeDefs = `
  enum Phase { READY FAILED }
  type Item { id: ID!  self: Item!  items(first: Int, last: Int): [Item!]! }
  type Tick { seq: Int!  dropped: Int!  text: String!  broken: String }
  type Query {
    hello: String
    item: Item!
    items(first: Int = 50, last: Int, phase: Phase): [Item!]!
    throws: String
    throwsOurs: String
    throwsCoded: String
    throwsBug: String
    many(count: Int!): [Item!]!
    whoami: String
  }
  type Mutation { change(id: ID!): String }
  type Subscription { ticks: Tick!  counted(to: Int!): Int!  refused: Int!  breaks: Int! }
`;

/** Something to subscribe to, which knows by whom it is held. */
export function ticker(text = '') {
  const held = new Set<(seq: number) => void>();
  const dropped = { count: 0 };
  let seq = 0;
  return {
    held,
    dropped,
    tick: (times = 1) => {
      for (let n = 0; n < times; n += 1) {
        seq += 1;
        for (const next of held) next(seq);
      }
    },
    subscribe(next: (seq: number) => void) {
      held.add(next);
      return { unsubscribe: () => void held.delete(next) };
    },
    text,
  };
}

/** A schema with everything that the HTTP side has to do with. */
export function specSchema(ticks = ticker()): GraphQLSchema {
  const item = { id: 'an-id' };
  const broken = () => {
    throw new Error('inner secret');
  };
  return schemaOf(typeDefs, {
    Item: { self: () => item, items: () => [item] },
    Tick: { text: () => ticks.text, broken },
    Query: {
      hello: () => 'world',
      item: () => item,
      items: () => [item],
      throws: broken,
      throwsOurs: () => {
        throw new SwitchyardError('UPSTREAM_UNAVAILABLE', { server: 'files', state: 'failed' });
      },
      throwsCoded: () => {
        throw Object.assign(new Error('inner secret'), { extensions: { code: 'SEEMS_FINE' } });
      },
      throwsBug: () => {
        throw new SwitchyardError('BUG', { what: 'inner secret' });
      },
      many: (_: unknown, { count }: { count: number }) =>
        Array.from({ length: count }, () => ({ id: broken })),
      whoami: (_: unknown, __: unknown, { principal }: { principal: string }) => principal,
    },
    Mutation: { change: (_: unknown, { id }: { id: string }) => id },
    Subscription: {
      ticks: {
        subscribe: () =>
          boundedEvents(ticks, {
            limit: MAX_WAITING_EVENTS,
            first: () => [0],
            onDropped: (count) => void (ticks.dropped.count += count),
          }),
        resolve: ({ value, dropped }: { value: number; dropped: number }) => ({ seq: value, dropped }),
      },
      counted: {
        async *subscribe(_: unknown, { to }: { to: number }) {
          for (let n = 1; n <= to; n += 1) yield { counted: n };
        },
      },
      refused: {
        subscribe: () => {
          throw new SwitchyardError('SERVER_UNKNOWN', { server: 'nobody' });
        },
      },
      breaks: {
        async *subscribe() {
          yield { breaks: 1 };
          throw new Error('inner secret');
        },
      },
    },
  });
}
