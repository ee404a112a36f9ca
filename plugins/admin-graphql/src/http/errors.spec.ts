import { afterEach, describe, expect, it } from '@jest/globals';
import { specSchema } from './spec-schema.ts';
import { closeServers, serveSchema } from './spec-server.ts';

afterEach(closeServers);

describe('errors of resolvers', () => {
  it('stay inside: the client gets an id, and the log a line with it and the stack', async () => {
    const { post, lines } = await serveSchema(specSchema());
    const { status, text, body } = await post({ query: '{ hello throws }' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: { hello: 'world', throws: null },
      errors: [{ message: 'unexpected error', path: ['throws'], extensions: { code: 'INTERNAL' } }],
    });
    expect(text).not.toContain('inner secret');
    const { correlationId } = body.errors![0]!.extensions;
    const line = lines.filter((each) => each.includes(String(correlationId)));
    expect(line).toHaveLength(1);
    expect(line[0]).toContain('inner secret');
    expect(line[0]).toContain('spec-schema.ts:');
  });

  it('of ours are shown with number and remedy', async () => {
    const { post, lines } = await serveSchema(specSchema());
    const { body } = await post({ query: '{ throwsOurs }' });
    expect(body.errors).toMatchObject([
      {
        message: 'files is not available now (failed)',
        path: ['throwsOurs'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', number: 'SWY-E702', hint: expect.any(String) },
      },
    ]);
    expect(lines.filter((line) => line.startsWith('a resolver failed'))).toEqual([]);
  });

  it.each(['throwsBug', 'throwsCoded'])('stay inside, too, where they look like ours: %s', async (field) => {
    const { post } = await serveSchema(specSchema());
    const { text, body } = await post({ query: `{ ${field} }` });
    expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(text).not.toContain('inner secret');
  });

  it('are logged a few times for one answer, however many there are, under one id', async () => {
    const { post, lines } = await serveSchema(specSchema());
    const { body } = await post({ query: '{ many(count: 50) { id } }' });
    const ids = new Set(body.errors!.map(({ extensions }) => extensions['correlationId']));
    expect([body.errors!.length > 0, ids.size]).toEqual([true, 1]);
    expect(lines.filter((line) => line.startsWith('a resolver failed')).length).toBeLessThanOrEqual(5);
  });

  it('show no stack whatever the environment says', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'development';
    try {
      const { post } = await serveSchema(specSchema());
      expect((await post({ query: '{ throws }' })).text).not.toMatch(/inner secret|spec-schema/);
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('of what makes the context are a failure of the whole request', async () => {
    const contextFor = () => {
      throw new Error('inner secret');
    };
    const { post, lines } = await serveSchema(specSchema(), { contextFor });
    const { status, text } = await post({ query: '{ hello }' });
    expect(status).toBe(500);
    expect(text).not.toContain('inner secret');
    expect(lines.some((line) => line.includes('inner secret'))).toBe(true);
  });
});

describe('answers', () => {
  it('are JSON, whole, and kept by nobody', async () => {
    const { post, server } = await serveSchema(specSchema());
    const answer = await post(
      { query: 'query A { whoami } query B { hello }', operationName: 'A', variables: null },
      { Accept: 'application/graphql-response+json, application/json;q=0.9' },
    );
    expect(answer.body).toEqual({ data: { whoami: 'admin' } });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(server.counts).toEqual({ handled: 1, refused: 0 });
  });

  it('come as one event to who reads events only', async () => {
    const { post } = await serveSchema(specSchema());
    const { text, headers } = await post({ query: '{ hello }' }, { Accept: 'text/event-stream' });
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(text).toBe(':\n\nevent: next\ndata: {"data":{"hello":"world"}}\n\nevent: complete\ndata:\n\n');
  });

  it('to documents that come often are made without reading them anew', async () => {
    const { post } = await serveSchema(specSchema());
    for (let n = 0; n < 60; n += 1) await post({ query: `{ hello } # ${n}` });
    for (const first of [1, 2]) {
      const query = 'query ($n: Int) { items(first: $n) { id } }';
      expect((await post({ query, variables: { n: first } })).body).toEqual({
        data: { items: [{ id: 'an-id' }] },
      });
    }
  });
});
