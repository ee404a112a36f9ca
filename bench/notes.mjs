/** A sentence for each figure that is missed, by its id (lib/figures.mjs). */
export const NOTES = {
  'http-small-32-sdk':
    'Of the 0.2 ms of processor time a call, more than half is the client side, a request of its own to the server; the rest is two scans, a session on each side and the layers between. What passes through the heap no longer survives collections (docs/decisions/0015), so what is left is code, spread thin.',
  'http-small-32-floor':
    'As above: the floor pipes bytes and knows no sessions, ids or limits; next to try are the promises between the layers and an own parser of answers in the place of undici’s.',
  'stdio-small-32-cpu':
    'minimal.mjs has no sessions, tokens, checks of Host and Origin, limits, catalog, deadlines, metrics or ledger. In two whole runs of one day it was 1.31 × and 2.35 ×: rounds of 0.8 s on two cores that are shared with others tell no more.',
  'http-half-p99':
    'A hundredth of the calls meets a collection of garbage or another process on the same two cores. Run alone (`--only open-loop`) directly after, it was 4.2 ms, and 4.0 ms for the commit before breakers, reloads and crowds came in: it is the machine’s hour, not a change.',
  'stdio-half-p99': 'As above.',
  'metrics-cost':
    'Alone, on the same day, plugin-cost.mjs said 0.9, 1.6, 1.9, 2.4 and 2.5 µs. Next to try: observers that are told without a closure for each time.',
  'start-light':
    'The difference is the 0.2 s that the gateway itself needs before it listens: servers that start in 20 ms cannot hide it, real ones do (the row below).',
  'watched-p99':
    'What is missed is processor time, of which two cores have no more: the same watchers at another gateway cost the calls of this one more than watchers of its own do (the table; 7 ms more in one whole run, 13 ms in the next). In the first of them the figure was met, 2.8 ms of 2.9 allowed.',
  'graphql-start':
    'Nothing of GraphQL is loaded before the doors are open. What is measured is one more plugin: its module is looked up, read and set up.',
};
