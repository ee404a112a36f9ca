import { test } from './named-test.mjs';

const CONFIGURATION = 'packages/gateway/src/configuration';
/** Rows of a file, and of an entry of a server: tests named `config/<row>`. */
const file = (...rows) =>
  rows.map((row) => test(`${CONFIGURATION}/bad-file.spec.ts`, `config/${row}`, ofRow(row, 'dialect-')));
const entry = (...rows) =>
  rows.map((row) => test(`${CONFIGURATION}/bad-entry.spec.ts`, `config/${row}`, ofRow(row, 'server-name-')));
/** What stands in the file: some rows are named after what they are of, by one word for all of them. */
const ofRow = (row, word) => (row.startsWith(word) && !/twins|-of-/.test(row) ? row.slice(word.length) : row);
const wrongLine = (...args) =>
  test(
    'packages/cli/src/run.spec.ts',
    `is a usage error with what was meant: ${JSON.stringify(args)}`,
    `[${args.map((arg) => `'${arg}'`).join(', ')}]`,
  );
const post = (title, says) => test('plugins/endpoint-http/src/bad-input.spec.ts', title, says);
const host = (title, says) => test('plugins/http-host/src/http-host.spec.ts', title, says);
const admitted = (title, says) => test('plugins/endpoint-http/src/admission.spec.ts', title, says);
const query = (title, says) => test('plugins/admin-graphql/src/http/bad-input.spec.ts', title, says);
const admin = (title, says) => test('plugins/admin-graphql/src/http/admin-input.spec.ts', title, says);
const loader = (title, says) => test('packages/kernel/src/plugin-loader.spec.ts', title, says);
const kernel = (title) => test('packages/kernel/src/kernel.spec.ts', title);
const order = (title) => test('packages/kernel/src/boot-order.spec.ts', title);
const served = (title, says) => test('e2e/src/bad-configuration.e2e.ts', title, says);

/**
 * What people and programs get wrong, and the tests that show what they are told: `tests`, or why there are none (`lacks`).
 */
export const BAD_INPUT = {
  'The configuration': [
    {
      what: 'no file, a folder, a file that cannot be read',
      tests: file('missing-file', 'a-folder', 'unreadable'),
    },
    {
      what: 'empty, null, a list, binary, UTF-16; a byte order mark is fine',
      tests: file('empty', 'null', 'a-list', 'binary', 'utf-16', 'byte-order-mark'),
    },
    { what: 'half written; trailing commas are fine', tests: file('truncated', 'trailing-comma') },
    { what: 'a key twice', tests: file('duplicate-key') },
    {
      what: 'a key that nobody knows',
      tests: [...file('unknown-key-elsewhere', 'unknown-key-of-a-server'), ...entry('misspelt-command')],
    },
    { what: 'command and url, or neither', tests: entry('command-and-url', 'neither-command-nor-url') },
    {
      what: 'a command that is a command line',
      tests: [
        test(
          'plugins/transport-stdio/src/start.spec.ts',
          'that is a whole command line is refused without repeating what may be secret in it',
        ),
      ],
    },
    {
      what: 'args that are a text, hold numbers, NUL or megabytes',
      tests: entry('args-as-a-text', 'args-with-a-number', 'args-with-nul', 'args-of-2-megabytes'),
    },
    {
      what: 'env with null (it takes a variable away), with a variable that is not set',
      tests: [...file('env-null'), ...entry('env-variable-missing')],
    },
    {
      what: 'secrets in the file, and a file with secrets that everybody can read',
      tests: file('literal-secret', 'literal-token-of-a-client', 'world-readable-with-secrets'),
    },
    {
      what: 'a URL with another scheme, or with a password',
      tests: [served('at a URL that is none to go to costs that server only: config/url-*')],
    },
    {
      what: 'a URL to an address of the network that may not be asked',
      lacks: 'there is no policy of addresses yet',
    },
    {
      what: 'names of servers: empty, long, a path, __proto__, twins',
      tests: entry(
        'server-name-empty',
        'server-name-200-characters',
        'server-name-a-path',
        'server-name-proto',
        'server-name-case-twins',
      ),
    },
    {
      what: 'times that are negative, zero, no number, endless, a text',
      tests: [
        ...entry('timeout-negative', 'timeout-zero', 'timeout-1e99', 'timeout-no-time'),
        ...file('timeout-nan'),
      ],
    },
    { what: 'limits that contradict each other', tests: file('limits-relation', 'limits-of-no-sense') },
    { what: '10,001 servers, 50 MB', tests: file('10001-servers', 'fifty-megabytes') },
    {
      what: 'listening on the network without tokens',
      tests: [served('on an address of the network without tokens is refused before anything is served')],
    },
    {
      what: 'files of other clients',
      tests: file('dialect-of-claude', 'dialect-of-vs-code', 'dialect-mcp', 'dialect-context_servers'),
    },
    {
      what: 'a reload that changes the port',
      tests: [
        test(
          'e2e/src/reload.e2e.ts',
          'needs a restart for plugins and listeners, names the keys, and applies nothing of the file',
        ),
      ],
    },
  ],
  'The command line': [
    {
      what: 'a command or a flag that nobody knows',
      tests: [wrongLine('stauts'), wrongLine('serve', '--prot', '1')],
    },
    { what: 'a flag without its value', tests: [wrongLine('serve', '--port')] },
    {
      what: 'a port that is none',
      tests: [wrongLine('serve', '--port', '70000'), wrongLine('serve', '--port', 'abc')],
    },
    { what: 'a flag twice', tests: [wrongLine('serve', '-c', 'a', '--config', 'b')] },
    { what: 'flags that contradict each other', tests: [wrongLine('call', 'x', 'a=b', '--args', '{}')] },
    {
      what: 'a port that is taken',
      tests: [test('e2e/src/error-texts.e2e.ts', 'a port that is taken, by whom')],
    },
    { what: 'a question where nobody can answer', lacks: 'no command asks anything, and no test says so' },
    {
      what: 'stdout that is closed (`| head`)',
      tests: [test('e2e/src/cli.e2e.ts', 'ends quietly when nobody reads on')],
    },
    {
      what: '--json, and an error',
      tests: [test('packages/cli/src/run.spec.ts', 'is told as one line of JSON where JSON was asked for')],
    },
    {
      what: 'a server that is not there',
      tests: [
        test(
          'packages/cli/src/commands/status.spec.ts',
          'that is not there names the one that was meant: exit 2',
        ),
      ],
    },
    { what: 'an old Node', tests: [served('because its Node is too old is told which one is needed')] },
    {
      what: 'a terminal of 20 columns',
      tests: [test('packages/cli/src/words.spec.ts', 'fits, whatever is in it')],
    },
    {
      what: 'arguments of a call that are no JSON',
      tests: [
        test(
          'packages/cli/src/json-arguments.spec.ts',
          'points at the place where "{bad json" ends being JSON',
          'points at the place where',
        ),
      ],
    },
  ],
  'The MCP endpoint': [
    {
      what: 'no JSON, nothing, half a message',
      tests: [
        post('"hello" is 400, -32700 with id null', 'is 400, -32700 with id null'),
        post('"" is 400, -32700 with id null', 'is 400, -32700 with id null'),
      ],
    },
    {
      what: 'another Content-Type or Accept',
      tests: [
        post('Content-Type text/plain is 415', 'text/plain'),
        post('Accept application/json is 406 and names both types', 'is 406 and names both types'),
      ],
    },
    { what: 'a batch', tests: [post('a batch is 400, -32600')] },
    {
      what: 'a body over 4 MiB, in chunks, with a length that lies',
      tests: [
        post('is 413, and the connection closes'),
        post('is 413 in chunks without a length'),
        post('hidden behind a length that says too little is never a message'),
      ],
    },
    {
      what: 'JSON that is deep, wide or twisted',
      tests: [
        post('10⁵ levels is 400', '10⁵ levels'),
        post('__proto__ is the server’s business, and changes nothing here', 'is the server’s business'),
        post('repeated keys mean what JSON.parse says they mean'),
      ],
    },
    {
      what: 'ids of a wrong type, or in flight',
      tests: [
        post('is 400, -32600', 'is 400, -32600'),
        post('in flight already is 400, -32600; the first call goes on'),
      ],
    },
    { what: 'a request before initialize', tests: [post('a request before initialize is 400, -32600')] },
    { what: 'a message of 2026-07-28 without its version', lacks: 'that revision is not spoken yet' },
    {
      what: 'a version that nobody knows',
      tests: [post('MCP-Protocol-Version "1999-01-01" is 400', 'MCP-Protocol-Version %j is 400')],
    },
    {
      what: 'an unknown method, tool or server',
      tests: [
        post('an unknown method is what the pipeline says, with 200', 'an unknown method'),
        test(
          'plugins/routing-standard/src/route.spec.ts',
          'names the nearest where a tool or prompt is unknown',
        ),
      ],
    },
    {
      what: 'arguments that do not fit a schema',
      lacks: 'they are the server’s to refuse: the gateway reads no schema of a tool',
    },
    {
      what: 'no session, a foreign or an old one',
      tests: [
        post('a session that is not there is 404, never 200'),
        admitted('of somebody else does not open a session: 404'),
      ],
    },
    {
      what: 'a foreign Host or Origin, an absolute target, no Host',
      tests: [
        post("Host evil.com is { Host: 'evil.com' } 403", 'evil.com'),
        post("Origin null is { Origin: 'null' } 403", 'Origin null'),
        post('an absolute URI is 400'),
        post('a missing Host is 400'),
      ],
    },
    {
      what: 'headers that are large, many, split or smuggled; HTTP/1.0',
      tests: [
        post('headers 20 KB', '20 KB'),
        post('200 fields'),
        post('length and chunks at once'),
        post('HTTP/1.0 is answered, and its connection closed'),
      ],
    },
    {
      what: 'no Authorization, Basic, two, oversize',
      tests: [
        admitted('{} is 401', '%j is 401'),
        host('are not found in Basic Authorization', 'Basic'),
        host('are not found in two Authorization', 'two'),
        host('are not found in oversize Authorization', 'oversize'),
      ],
    },
    { what: 'a token for another audience', lacks: 'tokens are no JWT yet' },
    { what: 'GET and DELETE where only 2026-07-28 is spoken', lacks: 'that revision is not spoken yet' },
    {
      what: 'a session or a call too many',
      tests: [
        admitted('is 503 with Retry-After for a session, where all others have something under way'),
        admitted('is -33012 for the 65th call of a session, and for no other session'),
      ],
    },
  ],
  'The admin API': [
    { what: 'no token, a wrong one', tests: [query('no token'), query('a wrong token')] },
    { what: 'GET with a mutation', tests: [query('GET with a mutation')] },
    {
      what: 'text/plain, a form',
      tests: [
        query('text/plain'),
        query('application/x-www-form-urlencoded'),
        query('multipart/form-data; boundary=x', 'multipart/form-data'),
      ],
    },
    { what: 'a foreign Origin', tests: [query('a foreign Origin')] },
    {
      what: 'too deep, too many aliases, directives or tokens, too long',
      tests: ['depth 50', '10,000 aliases', '51 directives', '1,001 tokens', '1 MB of query'].map((row) =>
        query(row),
      ),
    },
    { what: 'fragments that go round', tests: [query('a fragment that contains itself')] },
    { what: 'a batch', tests: [query('a batch')] },
    { what: 'introspection without a token', tests: [admin('is for who has the token')] },
    {
      what: 'a command to start, by whatever way',
      tests: [admin('addServer with a command'), admin('a start with command', "'command'")],
    },
    {
      what: 'secrets that are asked for',
      tests: [admin('token of a server', "'token'"), admin('the configuration')],
    },
    {
      what: 'enums, ids and page sizes that are none',
      tests: [
        admin('a negative page size'),
        query('an enum value that is not there'),
        query('an id that is an object'),
      ],
    },
    {
      what: 'more subscriptions than a client may have',
      tests: [
        test(
          'plugins/admin-graphql/src/http/subscriptions.spec.ts',
          'of one client are refused, until one of them ends',
        ),
      ],
    },
    {
      what: 'errors inside',
      tests: [
        test(
          'plugins/admin-graphql/src/http/errors.spec.ts',
          'stay inside: the client gets an id, and the log a line with it and the stack',
        ),
      ],
    },
    {
      what: 'orders to a server that is gone',
      tests: [
        admin('stopServer says so, as often as it is given', 'says so, as often as it is given'),
        admin('stopServer twice is the same as once'),
      ],
    },
    {
      what: 'orders that contradict each other: another revision than expected',
      tests: [
        test('e2e/src/reload.e2e.ts', 'does nothing when another revision is in force than the one expected'),
      ],
    },
  ],
  Plugins: [
    { what: 'a file that is not there', tests: [loader('says which file is not there')] },
    {
      what: 'no plugin: another export, CommonJS is fine',
      tests: [loader('export default {}'), loader('export const x = 1'), loader('takes a CommonJS module')],
    },
    {
      what: 'another version of the interface',
      tests: [loader('is refused by its manifest before any code of it runs')],
    },
    { what: 'another checksum than expected', lacks: 'entries have no checksum yet' },
    {
      what: 'a path that leads out, links, a folder that others may write',
      lacks: 'a plugin may be anywhere: it is fully trusted',
    },
    { what: 'http: and data: imports', tests: [loader('names both places where it looked')] },
    {
      what: 'two plugins of one name',
      tests: [order('refuses the later of two with one id, and tells where both are')],
    },
    {
      what: 'contributions that nothing reads: a slip in the name of a point',
      tests: [kernel('that nothing reads are warned of once')],
    },
    { what: 'plugins that need each other', tests: [order('names every plugin of a circle')] },
    {
      what: 'a module that throws, or never finishes loading',
      tests: [
        loader('is told with the reason why its module fails, in one line'),
        loader('is named when the boot timeout is over'),
      ],
    },
    { what: 'a set-up that never ends', tests: [kernel('names a set-up that never ends')] },
    {
      what: 'an end that throws',
      tests: [
        kernel('undoes everything although some of it fails, tells all of it at the end, and does it once'),
      ],
    },
    {
      what: 'what is not declared',
      tests: [test('packages/kernel/src/plugin-host.spec.ts', 'refuse what is not declared')],
    },
    { what: 'results that cannot be written as JSON', lacks: 'no test' },
    {
      what: 'metrics without end',
      tests: [test('plugins/metrics-prometheus/src/contributed.spec.ts', 'cannot fill the page')],
    },
  ],
};
