import { createTally } from './tally.mjs';

/** After so many wrong answers a lane has nothing more to learn. */
const MAX_FAULTS = 20;

/** Each lane sends its next request when it has its answer: for `ms`, and on to `atLeast` calls, but at most `maxMs`. */
export function closedLoop(link, request, { lanes, ms, atLeast = 1, maxMs = 30_000 }, nextId) {
  const tally = createTally(request);
  const start = performance.now();
  let active = lanes;
  let faults = 0;
  return new Promise((resolve) => {
    const next = (lane) => {
      const sentAt = performance.now();
      const sinceStart = sentAt - start;
      const isOver = sinceStart >= ms && (tally.total() >= atLeast || sinceStart >= maxMs);
      if (isOver || faults >= MAX_FAULTS) {
        active -= 1;
        if (active === 0) resolve(tally.result(sentAt - start));
        return;
      }
      const id = nextId();
      link.send(lane, id, request.body(id), (answer) => {
        if (!tally.add(id, answer, performance.now() - sentAt)) faults += 1;
        // A lane whose connection is gone answers at once: without a turn in between that would never end.
        if (answer.failed === undefined) next(lane);
        else setImmediate(next, lane);
      });
    };
    for (let lane = 0; lane < lanes; lane++) next(lane);
  });
}
