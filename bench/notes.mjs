/** A sentence for each figure that is missed, by its id (lib/figures.mjs). */
export const NOTES = {
  'http-small-32-sdk':
    'The gateway needs 0.22 ms of processor time a call, of which the client side (a request of its own to the server) is more than half; what it does beyond the floor is two scans, a session on each side and the layers between, and objects of some 18 KB a call that are collected.',
  'http-small-32-floor':
    'As above: 0.09 ms of processor time a call over the floor, which pipes bytes and knows no sessions, ids or limits; next to try are the promises between the layers and an own parser of answers in the place of undici’s.',
  'stdio-small-32-cpu':
    'Down from 7 × (docs/decisions/0015); minimal.mjs has no sessions, tokens, checks of Host and Origin, limits, catalog, deadlines or ledger. What is left is spread thin: Node’s request and response are half of it, collection a fifth.',
  'http-big-32-sdk':
    'See the processor time below: joining the pieces of a megabyte that came from a socket, and scanning it, are most of what is above the floor.',
  'http-big-1-cpu':
    'A megabyte from a server at a URL is joined from some sixteen pieces into one buffer before it is scanned, and fresh memory of that size costs page faults each time; scanning takes 1.1 ms of it. A scanner that goes over the pieces as they come would save the copy.',
  'http-big-32-cpu': 'The same, less the waiting of one call for another.',
  'stdio-big-32-cpu':
    'Within the spread of the runs around 2 ms; 1.1 ms are the scan, the rest is copying and collection.',
  'start-light':
    'Both are the same 0.17 s that the gateway itself needs before it listens: servers that start in 20 ms cannot hide it, real ones do (the row below).',
};
