import { test } from './named-test.mjs';

const guard = (title, says) => test('plugins/http-host/src/guards.spec.ts', title, says);
const host = (title, says) => test('plugins/http-host/src/http-host.spec.ts', title, says);
const admin = (title, says) => test('plugins/admin-graphql/src/http/admin-input.spec.ts', title, says);
const query = (title, says) => test('plugins/admin-graphql/src/http/bad-input.spec.ts', title, says);
const asks = (title) => test('packages/connection/src/asks.spec.ts', title);
const names = (title) => test('plugins/catalog-memory/src/names.spec.ts', title);
const environment = (title) => test('plugins/transport-stdio/src/environment.spec.ts', title);

/**
 * Who may want what of a gateway, what stands against it, and the tests that show it. `state`: `held`; `in part`, with
 * what it `lacks`; `not built`: nothing of it may be counted on.
 */
export const THREATS = [
  {
    id: 'B1',
    threat: 'exposure on a network',
    control: 'loopback, unless tokens are configured',
    state: 'held',
    tests: [
      test(
        'e2e/src/bad-configuration.e2e.ts',
        'on an address of the network without tokens is refused before anything is served',
      ),
      host('are refused to everybody who could reach them without a token'),
      host('serve both audiences on one loopback address'),
    ],
  },
  {
    id: 'B2',
    threat: 'DNS rebinding, pages that call this machine',
    control: 'Host and Origin are looked at on every route, before the body',
    state: 'held',
    tests: [
      guard('guard: Host answers localhost.evil.com:4620 with 403', 'localhost.evil.com:4620'),
      guard('guard: Host answers 0x7f.1:4620 with 403', '0x7f.1:4620'),
      guard('guard: Origin answers "null" with 403', "'null'"),
      host('a foreign Host', 'a foreign Host'),
      query('a foreign Origin'),
    ],
  },
  {
    id: 'B3',
    threat: 'control without leave',
    control: 'an admin token of 256 bits, on loopback too; in no argument, environment or log',
    state: 'held',
    tests: [
      test('plugins/http-host/src/admin-token.spec.ts', 'makes 256 random bits once and keeps them'),
      host('of the admin are needed on loopback too, but for open routes'),
      query('no token'),
      environment('never has what is the gateway’s own, even if it is to inherit everything'),
    ],
  },
  {
    id: 'B4',
    threat: 'tokens that are guessed or timed',
    control: 'digests of one length are compared; the eleventh wrong token of a minute is 429',
    state: 'in part',
    lacks: 'no test measures the time of a comparison',
    tests: [
      test(
        'plugins/http-host/src/attempts.spec.ts',
        'answers the eleventh wrong token of a minute with 429, and says when to come back',
      ),
      test('plugins/http-host/src/bearer.spec.ts', 'knows nobody by no header, and nobody by two'),
    ],
  },
  {
    id: 'B5',
    threat: 'credentials of clients that reach servers',
    control: 'headers of requests to servers are made anew; nothing of a client’s is in them',
    state: 'in part',
    lacks: 'OAuth is not built: audiences, consent, PKCE',
    tests: [
      test(
        'e2e/src/passthrough.e2e.ts',
        'reaches no server: no token, no cookie, no key, in a thousand calls',
      ),
    ],
  },
  {
    id: 'B6',
    threat: 'sessions that are taken over',
    control: '128 random bits, bound to a principal, never a proof of who somebody is; half an hour idle',
    state: 'in part',
    lacks: 'no longest life of a session, no audit',
    tests: [
      test('plugins/endpoint-http/src/admission.spec.ts', 'of somebody else does not open a session: 404'),
      test(
        'plugins/endpoint-http/src/sessions.spec.ts',
        'begins a session with 128 random bits for an id, and introduces the gateway',
      ),
      test('plugins/endpoint-http/src/sessions.spec.ts', 'end after 30 minutes without a request'),
    ],
  },
  {
    id: 'B7',
    threat: 'answers that reach another client',
    control: 'ids and progress tokens of our own on each connection; no session is shared',
    state: 'held',
    tests: [
      test(
        'e2e/src/isolation.e2e.ts',
        'brings every answer and every progress of 10,000 calls to its own client, though ids and tokens are the same',
      ),
      test(
        'packages/client-session/src/call-under-way.spec.ts',
        'of another session is not this one’s to answer',
      ),
    ],
  },
  {
    id: 'B8',
    threat: 'servers on this machine that get what is not theirs',
    control: 'no shell, arguments as they are, a short list of variables and those that are declared',
    state: 'in part',
    lacks: 'files that a server makes have the umask of the gateway; no checksum of commands, no sandbox',
    tests: [
      environment('is a short list and the marker'),
      test(
        'plugins/transport-stdio/src/wire.spec.ts',
        'gets its arguments as they are, its folder, and only the environment that is meant for it',
      ),
      test(
        'plugins/transport-stdio/src/start.spec.ts',
        'that is a whole command line is refused without repeating what may be secret in it',
      ),
      test('plugins/transport-stdio/src/batch-file.spec.ts', 'stay as they are, whatever they are made of'),
    ],
  },
  {
    id: 'B9',
    threat: 'commands that are started through the admin API',
    control: 'it has none that takes a command, a file or a URL',
    state: 'held',
    tests: [
      admin('addServer with a command'),
      admin('updateServer with a command'),
      admin('a start with command', "'command'"),
      admin('a reload with path: it reads the file that the gateway was started with', "'path'"),
    ],
  },
  {
    id: 'B10',
    threat: 'requests to addresses that are not meant (SSRF)',
    control: 'a policy of addresses; redirects are not followed',
    state: 'not built',
    lacks: 'URLs of the configuration are trusted; only that redirects are not followed is built',
    tests: [
      test(
        'e2e/src/passthrough.e2e.ts',
        'to another host is followed nowhere, and its client is told where it pointed',
      ),
    ],
  },
  {
    id: 'B11',
    threat: 'URLs of a sign-in that do something else',
    control: 'http and https alone, opened without a shell',
    state: 'not built',
    lacks: 'OAuth is not built: no URL is ever opened',
    tests: [],
  },
  {
    id: 'B12',
    threat: 'tools that change after they were approved',
    control: 'definitions are pinned by their hash',
    state: 'not built',
    lacks: 'what changed in a list is told, and nothing is refused',
    tests: [],
  },
  {
    id: 'B13',
    threat: 'names that pass for others',
    control:
      'names of tools begin with their server’s; who shares one is shown to nobody, and both are named',
    state: 'in part',
    lacks: 'letters that look alike, and descriptions that name other servers',
    tests: [
      names('gives 100,000 names of all sorts 100,000 public names'),
      names('refuses the later of two servers with one slug or with twins in case, and names both lines'),
      test(
        'plugins/catalog-memory/src/repository.spec.ts',
        'gives a name that two servers without a prefix want to neither, and names both',
      ),
    ],
  },
  {
    id: 'B14',
    threat: 'servers that ask clients or their models too much',
    control: 'questions go to the client whose call they belong to, sixteen a call, or to nobody',
    state: 'in part',
    lacks: 'they are not off by default, and have no rate',
    tests: [
      test(
        'e2e/src/asks.e2e.ts',
        'refuses a question that may be for either of two busy clients, and says what helps',
      ),
      asks('is one of at most sixteen of one call'),
      asks('after its call was given up goes to nobody else'),
    ],
  },
  {
    id: 'B15',
    threat: 'secrets in logs, errors, metrics and GraphQL',
    control: 'secrets are known as such, and masked wherever text goes out',
    state: 'held',
    tests: [
      test(
        'e2e/src/canary.e2e.ts',
        'are in no log line, status, metric, answer, error, file or argument of ours, whatever servers tell',
      ),
      test('packages/gateway/src/canary.spec.ts', 'are in no error that the start fails with'),
      test('packages/plugin-api/src/secret.spec.ts', 'is told only to who asks for it'),
    ],
  },
  {
    id: 'B16',
    threat: 'names that write logs or metrics',
    control: 'control characters are escaped, labels are bounded',
    state: 'held',
    tests: [
      test('packages/cli/src/log.spec.ts', 'holds no character that a terminal obeys'),
      test('plugins/metrics-prometheus/src/index.spec.ts', 'is whole with servers and tools of any name'),
      test(
        'plugins/metrics-prometheus/src/cardinality.spec.ts',
        'has no more than 50 series of a server outside of the histogram of its tools',
      ),
    ],
  },
  {
    id: 'B17',
    threat: 'using everything up',
    control: 'every queue, buffer, list and session has a limit; principals take turns',
    state: 'in part',
    lacks: 'no rate of a principal’s',
    tests: [
      test('packages/connection/src/held-calls.spec.ts', 'are at most so many; one more is refused at once'),
      test(
        'packages/connection/src/list-reader.spec.ts',
        'because there is always one more page is cut at the limit',
      ),
      test(
        'e2e/src/slow-clients.e2e.ts',
        'answers others while hundreds never finish their requests, and lets those go',
      ),
      test(
        'e2e/src/slow-clients.e2e.ts',
        'keeps little of what a client does not read, and answers others meanwhile',
      ),
    ],
  },
  {
    id: 'B18',
    threat: 'queries that cost too much',
    control: 'limits of depth, cost, aliases, directives, tokens; POST and JSON alone; no batches',
    state: 'held',
    tests: [
      ...[
        'depth 50',
        '10,000 aliases',
        '51 directives',
        '1,001 tokens',
        'pages of pages',
        'a batch',
        'text/plain',
      ].map((row) => query(row)),
    ],
  },
  {
    id: 'B19',
    threat: 'plugins that are not what they were',
    control: 'those that are named, and no others; they may use what they declare; their faults stay theirs',
    state: 'in part',
    lacks: 'a plugin is fully trusted: no checksum, no worker of its own',
    tests: [
      test(
        'packages/kernel/src/plugin-loader.spec.ts',
        'is refused by its manifest before any code of it runs',
      ),
      test('packages/kernel/src/plugin-host.spec.ts', 'refuse what is not declared'),
      test(
        'packages/kernel/src/configuration-store.spec.ts',
        'freezes values all the way down, circles included, and leaves alone what has a class',
      ),
    ],
  },
  {
    id: 'B20',
    threat: 'headers that are smuggled or split',
    control: 'the strict parser of Node; values of headers are looked at before they are sent',
    state: 'held',
    tests: [
      host('length and chunks at once'),
      host('a line break in a header'),
      test(
        'plugins/transport-http/src/session.spec.ts',
        'that is not legal ends the wire',
        'that is not legal ends the wire',
      ),
    ],
  },
  {
    id: 'B21',
    threat: 'results of one user that another one gets',
    control: 'keys of a cache have the principal',
    state: 'not built',
    lacks: 'nothing but lists is kept, and those are of what the gateway itself may see',
    tests: [],
  },
  {
    id: 'B22',
    threat: 'the supply chain',
    control: 'a lockfile, no install scripts, an audit, an SBOM, provenance',
    state: 'not built',
    lacks: 'there is a lockfile, and nothing is published yet',
    tests: [],
  },
  {
    id: 'B23',
    threat: 'nobody knows who did what',
    control: 'a row for each call, with hashes of what was said',
    state: 'not built',
    lacks: 'calls are counted, and not written down',
    tests: [],
  },
  {
    id: 'B24',
    threat: 'what the gateway tells about itself',
    control: 'health says nothing but health; everything else needs a token, or loopback',
    state: 'held',
    tests: [
      test('plugins/http-host/src/attempts.spec.ts', 'never says what it is made of'),
      test(
        'packages/gateway/src/status-route.spec.ts',
        'is what tells nothing; the health of servers only where this machine alone can ask',
      ),
    ],
  },
  {
    id: 'B25',
    threat: 'tokens of a sign-in, where they are kept',
    control: 'files for their owner alone, written at once or not at all',
    state: 'not built',
    lacks: 'OAuth is not built: no such token is kept',
    tests: [],
  },
];
