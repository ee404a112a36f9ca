/*
 * Whoever watches a gateway: subscribers, of whom some never read, scrapers of its metrics, and a dashboard that asks.
 * Arguments: its admin URL and token. Ends with its stdin; says on stdout that all watch, and at the end what they did.
 */
import http from 'node:http';
import net from 'node:net';

const [admin, token] = process.argv.slice(2);
const SUBSCRIBERS = 50;
const DEAF = 10;
/** So many may subscribe from one address. */
const A_CLIENT = 10;
const WARM_UP = 20;
const SCRAPES_A_SECOND = 10;
const QUERIES_A_SECOND = 20;

const EVENTS = `subscription { serverStateChanged { seq dropped server { name phase inFlight } transition { from to cause } } }`;
const STATE = `{ servers { nodes { name phase inFlight problem { code message } history(first: 5) { nodes { to at } } } } }`;

const { hostname, port } = new URL(admin);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const did = { events: 0, scrapes: 0, queries: 0, failed: 0 };
const agent = new http.Agent({ keepAlive: true });

/** The address of a subscriber: all of them are this machine. */
function addressOf(index) {
  return `127.0.0.${2 + Math.floor(index / A_CLIENT)}`;
}

/** Reads every event. */
function listen(index) {
  return new Promise((resolve) => {
    const body = JSON.stringify({ query: EVENTS });
    const request = http.request(
      {
        hostname,
        port,
        path: '/graphql',
        method: 'POST',
        agent: false,
        localAddress: addressOf(index),
        headers: { ...headers, accept: 'text/event-stream' },
      },
      (response) => {
        if (response.statusCode !== 200) did.failed += 1;
        response.setEncoding('utf8').on('data', (text) => {
          did.events += text.split('event: next').length - 1;
          // The present, which is told first.
          resolve();
        });
      },
    );
    request.on('error', () => (did.failed += 1));
    request.end(body);
  });
}

/** Subscribes, and never takes a byte of what comes. */
function ignore(index) {
  return new Promise((resolve) => {
    const body = JSON.stringify({ query: EVENTS });
    const lines = Object.entries({ ...headers, accept: 'text/event-stream', 'content-length': body.length });
    const options = { port: Number(port), host: hostname, localAddress: addressOf(index) };
    const socket = net.connect(options, () => {
      socket.pause();
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
        resolve,
      );
    });
    socket.on('error', () => (did.failed += 1));
  });
}

function ask(options, body, count, answered = () => undefined) {
  const request = http.request({ hostname, port, agent, headers, ...options }, (response) => {
    response.resume().on('end', () => {
      did[response.statusCode === 200 ? count : 'failed'] += 1;
      answered();
    });
  });
  request.on('error', () => (did.failed += 1));
  request.end(body);
}

await Promise.all([
  ...Array.from({ length: SUBSCRIBERS - DEAF }, (_, index) => listen(index)),
  ...Array.from({ length: DEAF }, (_, index) => ignore(SUBSCRIBERS - DEAF + index)),
]);
const scrape = (answered) => ask({ path: '/metrics', method: 'GET' }, undefined, 'scrapes', answered);
const query = (answered) =>
  ask({ path: '/graphql', method: 'POST' }, JSON.stringify({ query: STATE }), 'queries', answered);
// Untimed: what is asked for the first time has to be compiled.
for (let count = 0; count < WARM_UP; count++) {
  await new Promise(scrape);
  await new Promise(query);
}
setInterval(scrape, 1_000 / SCRAPES_A_SECOND);
setInterval(query, 1_000 / QUERIES_A_SECOND);
console.log(JSON.stringify({ watching: SUBSCRIBERS }));
process.stdin.resume().on('end', () => {
  console.log(JSON.stringify({ did }));
  process.exit();
});
