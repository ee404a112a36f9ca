import { setTimeout as sleep } from 'node:timers/promises';

const SEATS = 6;
const SUBSCRIPTION =
  'subscription { serverStateChanged { seq server { name phase } transition { from to cause } } }';
/** How long one looks, in milliseconds. */
const LOOK = { least: 200, most: 4_000 };

/** Subscribers of the admin API who come, read a while, and are gone without a word; and scrapes of the metrics. */
export function openOnlookers(gateway, random) {
  let isOver = false;
  let came = 0;
  let lost = 0;
  async function look() {
    const leaving = new AbortController();
    const reading = gateway.subscribe(SUBSCRIPTION, leaving.signal);
    came += 1;
    await sleep(LOOK.least + random() * (LOOK.most - LOOK.least));
    leaving.abort();
    await reading.catch(() => undefined);
    // A socket that the gateway closed when it had been idle is one that this client may still try.
    await gateway.metrics().catch(() => (lost += 1));
  }
  const seats = Array.from({ length: SEATS }, async () => {
    while (!isOver) await look();
  });
  return {
    /** How many came, and how often metrics were not to be had; when the last one has gone. */
    async close() {
      isOver = true;
      await Promise.all(seats);
      return { came, lost };
    },
  };
}
