import { request as httpRequest } from 'node:http';
import { text as whole } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { specSchema } from './spec-schema.ts';
import { closeServers, serveSchema, type SeenError, type Served, TOKEN } from './spec-server.ts';

let served: Served;
beforeAll(async () => void (served = await serveSchema(specSchema())));
afterAll(closeServers);

const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly path?: string;
}

/** Sends headers as they are, also those that a fetch may not. */
function send({ method = 'POST', headers = {}, body = '', path = '' }: Sent) {
  return new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>(
    (resolve, reject) => {
      const sent = httpRequest(`${served.url}${path}`, { method, headers }, (response) => {
        whole(response).then(
          (text) => resolve({ status: response.statusCode!, headers: response.headers, text }),
          reject,
        );
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

const doc = (query: string, variables?: unknown) => JSON.stringify({ query, variables });
const nested = (depth: number) => `{ item { ${'self { '.repeat(depth - 2)} id ${'} '.repeat(depth - 1)} }`;
const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `a${n}: hello`).join(' ')} }`;
const directives = (count: number) => `{ hello ${'@include(if: true) '.repeat(count)} }`;

describe('a request that is none of ours', () => {
  const authorized = { ...AUTHORIZED, ...JSON_TYPE };
  const hello = doc('{ hello }');
  const mutation = doc('mutation { change(id: "x") }');
  const rows: readonly (readonly [name: string, sent: Sent, status: number, rule?: string])[] = [
    ['no token', { headers: JSON_TYPE, body: hello }, 401],
    ['a wrong token', { headers: { ...JSON_TYPE, Authorization: 'Bearer wrong' }, body: hello }, 401],
    ['the token as Basic', { headers: { ...JSON_TYPE, Authorization: `Basic ${TOKEN}` }, body: hello }, 401],
    ['the token in the query', { headers: JSON_TYPE, path: `?token=${TOKEN}`, body: hello }, 401],
    ['the token in a cookie', { headers: { ...JSON_TYPE, Cookie: `token=${TOKEN}` }, body: hello }, 401],
    ['a foreign Origin', { headers: { ...authorized, Origin: 'http://evil.example' }, body: hello }, 403],
    ['the Origin null', { headers: { ...authorized, Origin: 'null' }, body: hello }, 403],
    ['a foreign Host', { headers: { ...authorized, Host: 'evil.example' }, body: hello }, 403],
    ['GET', { method: 'GET', headers: AUTHORIZED, path: '?query={hello}' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'GET with a mutation',
      { method: 'GET', headers: AUTHORIZED, path: '?query=mutation{change(id:1)}' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    ['PUT', { method: 'PUT', headers: authorized, body: hello }, 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', { method: 'OPTIONS', headers: AUTHORIZED }, 405, 'METHOD_NOT_ALLOWED'],
    ...(
      [
        ['text/plain', mutation],
        ['text/plain; x=application/json', mutation],
        ['application/x-www-form-urlencoded', 'query=mutation{change(id:1)}'],
        ['multipart/form-data; boundary=x', `--x\r\n\r\n${mutation}\r\n--x--`],
        ['application/graphql', '{ hello }'],
        ['application/json; charset=utf-16', hello],
        ['application/jsonp', hello],
      ] as const
    ).map(
      ([type, body]) =>
        [
          type,
          { headers: { ...AUTHORIZED, 'Content-Type': type }, body },
          415,
          'UNSUPPORTED_MEDIA_TYPE',
        ] as const,
    ),
    ['no Content-Type', { headers: AUTHORIZED, body: mutation }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a compressed body',
      { headers: { ...authorized, 'Content-Encoding': 'gzip' }, body: hello },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'Accept of an image',
      { headers: { ...authorized, Accept: 'image/png' }, body: hello },
      406,
      'NOT_ACCEPTABLE',
    ],
    [
      'a subscription to who reads JSON only',
      { headers: { ...authorized, Accept: 'application/json' }, body: doc('subscription { ticks { seq } }') },
      406,
      'NOT_ACCEPTABLE',
    ],
  ];

  it.each(rows)('%s', async (_, sent, status, rule = '') => {
    const before = served.server.counts.handled;
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    if (rule) {
      expect(JSON.parse(answer.text)).toMatchObject({
        errors: [{ extensions: { code: rule, number: 'SWY-E731' } }],
      });
      if (status === 405) expect(answer.headers['allow']).toBe('POST');
    } else {
      // As every other admin route refuses.
      expect(JSON.parse(answer.text)).toMatchObject({
        jsonrpc: '2.0',
        error: { data: { correlationId: expect.any(String) } },
      });
    }
    expect(served.server.counts.handled).toBe(before);
  });
});

describe('a body or document that is refused', () => {
  const rows: readonly (readonly [name: string, body: string | Uint8Array, rule: string, status?: number])[] =
    [
      ['1 MB of query', doc(`{ hello } ${'#'.repeat(1_000_000)}`), 'REQUEST_TOO_LARGE', 413],
      ['100 KB and one byte', `${doc('{ hello }')}${' '.repeat(100 * 1024)}`, 'REQUEST_TOO_LARGE', 413],
      ['an empty body', '', 'BODY_NOT_JSON'],
      ['half a JSON', '{"query": "{ hello', 'BODY_NOT_JSON'],
      ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'BODY_NOT_JSON'],
      ['20,000 brackets', '['.repeat(20_000), 'BODY_NOT_JSON'],
      ['a batch', `[${doc('{ hello }')},${doc('{ hello }')}]`, 'BATCH_REFUSED'],
      ['an empty batch', '[]', 'BATCH_REFUSED'],
      ['a number', '1', 'REQUEST_MALFORMED'],
      ['null', 'null', 'REQUEST_MALFORMED'],
      ['no query', '{"variables":{}}', 'REQUEST_MALFORMED'],
      ['a query that is a number', '{"query":1}', 'REQUEST_MALFORMED'],
      ['an empty query', doc('  '), 'REQUEST_MALFORMED'],
      [
        'a persisted query',
        '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
        'REQUEST_MALFORMED',
      ],
      ['variables that are a list', '{"query":"{ hello }","variables":[]}', 'REQUEST_MALFORMED'],
      ['variables that are text', '{"query":"{ hello }","variables":"{}"}', 'REQUEST_MALFORMED'],
      ['an operation name that is a number', '{"query":"{ hello }","operationName":1}', 'REQUEST_MALFORMED'],
      [
        'an operation that is not there',
        '{"query":"query A { hello }","operationName":"B"}',
        'OPERATION_UNKNOWN',
      ],
      ['two operations and no name', doc('query A { hello } query B { hello }'), 'OPERATION_UNKNOWN'],
      ['a syntax error', doc('{ hello'), 'GRAPHQL_PARSE_FAILED'],
      ['a control character', doc('{ hello \u0007 }'), 'GRAPHQL_PARSE_FAILED'],
      ['depth 50', doc(nested(50)), 'QUERY_TOO_DEEP'],
      ['depth 11', doc(nested(11)), 'QUERY_TOO_DEEP'],
      [
        'depth 11 through fragments',
        doc(`{ item { ...a } } fragment a on Item { self { self { self { self { self { ...b } } } } } }
           fragment b on Item { ... on Item { self { self { self { self { id } } } } } }`),
        'QUERY_TOO_DEEP',
      ],
      ['10,000 aliases', doc(aliases(10_000).slice(0, 90_000)), 'QUERY_TOO_MANY_TOKENS'],
      ['16 aliases', doc(aliases(16)), 'QUERY_TOO_MANY_ALIASES'],
      [
        '16 aliases by spreading one fragment',
        doc(`{ item { ${'...a '.repeat(8)} } } fragment a on Item { x: id y: id }`),
        'QUERY_TOO_MANY_ALIASES',
      ],
      ['1,001 tokens', doc(`{ hello hello hello ${'... { hello } '.repeat(249)} }`), 'QUERY_TOO_MANY_TOKENS'],
      ['51 directives', doc(directives(51)), 'QUERY_TOO_MANY_DIRECTIVES'],
      [
        '51 directives on variables',
        doc(`query ($a: Int ${'@x '.repeat(51)}) { hello }`),
        'QUERY_TOO_MANY_DIRECTIVES',
      ],
      [
        'a fragment that contains itself',
        doc('{ item { ...a } } fragment a on Item { self { ...a } }'),
        'QUERY_FRAGMENT_CYCLE',
      ],
      [
        'two fragments that contain each other',
        doc('{ item { ...a } } fragment a on Item { ...b } fragment b on Item { ...a }'),
        'QUERY_FRAGMENT_CYCLE',
      ],
      [
        'fragments that double each other a hundred times over',
        doc(
          `{ item { ...f0 } } ${Array.from({ length: 60 }, (_, n) => `fragment f${n} on Item { ...f${n + 1} ...f${n + 1} }`).join(' ')} fragment f60 on Item { x: id }`,
        ),
        'QUERY_TOO_MANY_ALIASES',
      ],
      [
        'pages of pages',
        doc('{ items(first: 500) { items(first: 500) { items { id } } } }'),
        'QUERY_TOO_COSTLY',
      ],
      ['pages of pages by default', doc('{ items { items { items { self { id } } } } }'), 'QUERY_TOO_COSTLY'],
      [
        'pages of pages by variables',
        doc('query ($n: Int) { items(first: $n) { items(first: $n) { items(first: $n) { id } } } }', {
          n: 500,
        }),
        'QUERY_TOO_COSTLY',
      ],
      [
        'pages of pages by the defaults of variables',
        doc('query ($n: Int = 500) { items(last: $n) { items(first: $n) { items(first: $n) { id } } } }'),
        'QUERY_TOO_COSTLY',
      ],
      [
        'introspection that goes round in circles',
        doc('{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }'),
        'GRAPHQL_VALIDATION_FAILED',
      ],
      ['a field that is not there', doc('{ helo }'), 'GRAPHQL_VALIDATION_FAILED'],
      ['an enum value that is not there', doc('{ items(phase: READI) { id } }'), 'GRAPHQL_VALIDATION_FAILED'],
      [
        'an enum value that is not there, in a variable',
        doc('query ($p: Phase) { items(phase: $p) { id } }', { p: 'READI' }),
        'BAD_USER_INPUT',
      ],
      ['a variable that is missing', doc('mutation ($id: ID!) { change(id: $id) }'), 'BAD_USER_INPUT'],
      [
        'an id that is an object',
        doc('mutation ($id: ID!) { change(id: $id) }', { id: {} }),
        'BAD_USER_INPUT',
      ],
      [
        'a page size that is text',
        doc('query ($n: Int) { items(first: $n) { id } }', { n: 'many' }),
        'BAD_USER_INPUT',
      ],
      [
        'two root fields in a subscription',
        doc('subscription { ticks { seq } counted(to: 1) }'),
        'GRAPHQL_VALIDATION_FAILED',
      ],
    ];

  it.each(rows)('%s', async (_, body, rule, status = 400) => {
    const answer = await send({ headers: { ...AUTHORIZED, ...JSON_TYPE }, body });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      'application/json; charset=utf-8',
    ]);
    const { errors, ...rest } = JSON.parse(answer.text) as { errors: readonly SeenError[] };
    expect(rest).toEqual({});
    expect(errors[0]!.extensions['code']).toBe(rule);
    if (rule.startsWith('QUERY_')) expect(errors[0]!.extensions['number']).toBe('SWY-E732');
    // The rule is named, its limit is not, and nothing is guessed for whoever tries names.
    expect(answer.text).not.toMatch(/\b(10|15|50|1,?000|5,?000|102400)\b|did you mean/i);
  });
});

describe('at the limits', () => {
  it.each([
    ['depth 10', doc(nested(10))],
    ['15 aliases', doc(aliases(15))],
    ['1,000 tokens', doc(`{ hello hello ${'... { hello } '.repeat(249)} }`)],
    ['50 directives', doc(`{ ${'... @include(if: true) { hello } '.repeat(50)} }`)],
    ['5,000 objects', doc('{ items(first: 50) { items(first: 49) { self { id } } } }')],
    ['100 KB', doc('{ hello }').padEnd(100 * 1024)],
    [
      'introspection as tools ask for it',
      doc(
        '{ __schema { types { name fields { name type { kind ofType { kind ofType { kind ofType { name } } } } } } } }',
      ),
    ],
  ])('%s is served', async (_, body) => {
    const answer = await send({ headers: { ...AUTHORIZED, ...JSON_TYPE }, body });
    expect(JSON.parse(answer.text)).not.toHaveProperty('errors');
    expect(answer.status).toBe(200);
  });
});
