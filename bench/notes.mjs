/** A sentence for each figure that is missed, by its id (lib/figures.mjs). */
export const NOTES = {
  'http-small-32-sdk':
    'Of the 0.2 ms of processor time a call, more than half is the client side, a request of its own to the server; the rest is two scans, a session on each side and the layers between. What passes through the heap no longer survives collections (docs/decisions/0015), so what is left is code, spread thin.',
  'http-small-32-floor':
    'As above: the floor pipes bytes and knows no sessions, ids or limits; next to try are the promises between the layers and an own parser of answers in the place of undici’s.',
  'stdio-small-32-cpu':
    'minimal.mjs has no sessions, tokens, checks of Host and Origin, limits, catalog, deadlines, metrics or ledger. It was 2.20 × before metrics, the log book and the masking of errors came in; which of them costs how much is not measured yet. By hand, in rounds of seconds instead of 0.8 s, it is 1.6 to 2.1 ×.',
  'start-light':
    'The difference is the 0.2 s that the gateway itself needs before it listens: servers that start in 20 ms cannot hide it, real ones do (the row below).',
  'watched-p99':
    'Part of it is the processor time of the watchers themselves, one more busy process on two cores: the table has them at another gateway, too. How much is the gateway’s own is not settled: over those at another gateway it was 4 ms more in one run of five rounds, and 4 ms less in this one.',
  'graphql-start':
    'Nothing of GraphQL is loaded before the doors are open. What is measured is one more plugin: its module is looked up, read and set up.',
};
