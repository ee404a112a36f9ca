import { createTally } from './tally.mjs';

/**
 * Sends at a given rate whatever comes back, for `ms`. Latency counts from when a call was due, not from when it was
 * sent: a call that had to wait for its turn here waited because of who was slow before it.
 */
export function openLoop(link, request, { lanes, ms, rate }, nextId) {
  const tally = createTally(request);
  const total = Math.max(1, Math.floor((rate * ms) / 1_000));
  const free = Array.from({ length: lanes }, (_, lane) => lane);
  const start = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const dueAt = (n) => start + (n * 1_000) / rate;
    const sendDue = () => {
      while (sent < total && free.length > 0 && dueAt(sent) <= performance.now()) {
        const due = dueAt(sent);
        const lane = free.pop();
        const id = nextId();
        sent += 1;
        link.send(lane, id, request.body(id), (answer) => {
          tally.add(id, answer, performance.now() - due);
          free.push(lane);
          if (tally.total() === total) {
            clearInterval(timer);
            resolve(tally.result(performance.now() - start));
          } else sendDue();
        });
      }
    };
    // A millisecond is as fine as Node's timers are; answers that come in between send what is due too.
    const timer = setInterval(sendDue, 1);
  });
}
