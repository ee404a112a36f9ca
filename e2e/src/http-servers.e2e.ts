import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { startFixture } from './harness/http-server.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';

/** A stream that ends without its answer is noticed by that; a third of the time that a call has. */
const AT_ONCE_MS = 20_000;

/** Spellings of one event (`fixtures/http-server/vectors.mjs`). */
const WHOLE = [
  'lines end with CR',
  'lines end with CRLF',
  'a CRLF is torn apart',
  'a BOM stands first',
  'no space after the colon',
  'one message on many data lines',
  'comments and unknown fields in between',
  'each byte on its own',
  'an event without data comes first',
];
/** Those that hold no whole event. */
const CUT = ['the end comes inside the event', 'nothing but comments'];

describe('servers over HTTP that misbehave', () => {
  it('begins one new session when the server forgot the old one with calls under way, and repeats each once', async () => {
    const { gateway, log, session: ada } = await behind();
    const ben = await openSession(gateway.url, 'ben');
    const calls = [ada, ben].flatMap((session, client) =>
      Array.from({ length: 50 }, (_, n) => ({ session, nonce: `${client}-${n}` })),
    );
    const answers = await Promise.all(
      calls.map(({ session, nonce }) => callTool(session, nonce, 'far__expire', { nonce })),
    );
    expect(answers).toMatchObject(
      calls.map(({ nonce }) => ({ id: nonce, result: { content: [{ text: `${nonce} at far` }] } })),
    );
    const heard = await linesOf(log);
    expect(heard.filter((line) => line === 'initialize')).toHaveLength(2);
    for (const { nonce } of calls) {
      const ofIt = heard.filter((line) => line.endsWith(` ${nonce}`));
      // Refused in the old session, if it got there; then once in the new one.
      expect(ofIt.length).toBeLessThanOrEqual(2);
      expect(ofIt.at(-1)).toBe(`called expire ${nonce}`);
    }
    expect(await gateway.server('far')).toMatchObject({ phase: 'ready', inFlight: 0 });
  });

  it.each([500, 502, 503, 504])(
    'sends no call a second time that was answered %i: it may have been executed',
    async (status) => {
      const { gateway, log, session } = await behind();
      const { error } = await callTool(session, 1, 'far__status', { nonce: 'one', status });
      expect(error?.data).toMatchObject({ server: 'far', executed: 'unknown', retryable: false });
      expect(error?.message).toContain(String(status));
      expect((await callTool(session, 2, 'far__echo', { nonce: 'two' })).result).toBeDefined();
      expect((await linesOf(log)).filter((line) => line.startsWith('called'))).toEqual([
        'called status one',
        'called echo two',
      ]);
      expect(await gateway.server('far')).toMatchObject({ phase: 'ready', restarts: 0 });
    },
  );

  it.each([403, 405, 413, 415])(
    'says of a call that was refused with %i that it was not executed',
    async (status) => {
      const { session } = await behind();
      const { error } = await callTool(session, 1, 'far__status', { nonce: 'one', status });
      expect(error?.data).toMatchObject({
        server: 'far',
        executed: status === 400 ? expect.anything() : 'no',
      });
    },
  );

  it.each([
    'reset-early',
    'reset-midway',
    'end-midway',
    // What the server says of the stream, it does not say of the call.
    'resume-in-vain-405',
    'resume-in-vain-410',
  ])('ends a call in doubt as soon as its connection does (%s), and no other', async (tool) => {
    const { gateway, log, session } = await behind();
    const others = [1, 2, 3].map((id) => callTool(session, id, 'far__echo', { nonce: `other-${id}` }));
    const beganAt = performance.now();
    const { error } = await callTool(session, 'lost', `far__${tool}`, { nonce: 'one' });
    expect(performance.now() - beganAt).toBeLessThan(AT_ONCE_MS);
    expect(error).toMatchObject({
      code: -33014,
      data: { code: 'SWY-E705', server: 'far', executed: 'unknown', retryable: false },
    });
    expect((await Promise.all(others)).every(({ result }) => result !== undefined)).toBe(true);
    expect((await linesOf(log)).filter((line) => line === `called ${tool} one`)).toHaveLength(1);
    expect(await gateway.server('far')).toMatchObject({ phase: 'ready', restarts: 0, inFlight: 0 });
  });

  it('goes on where a stream stopped that names its events, without a second call', async () => {
    const { log, session } = await behind();
    const { result } = await callTool(session, 1, 'far__resume', { nonce: 'one' });
    expect(result?.content).toEqual([{ type: 'text', text: 'one at far' }]);
    const heard = await linesOf(log);
    expect(heard.filter((line) => line.startsWith('called'))).toEqual(['called resume one']);
    expect(heard.filter((line) => line.startsWith('GET after mark-'))).toHaveLength(1);
  });

  it('does not repeat a call whose session was forgotten after its stream began', async () => {
    const { gateway, log, session } = await behind();
    const { error } = await callTool(session, 1, 'far__resume-in-vain-404', { nonce: 'one' });
    expect(error?.data).toMatchObject({ code: 'SWY-E705', executed: 'unknown', retryable: false });
    // In the next session.
    expect((await callTool(session, 2, 'far__echo', { nonce: 'two' })).result).toBeDefined();
    const heard = await linesOf(log);
    expect(heard.filter((line) => line === 'initialize' || line.startsWith('called'))).toEqual([
      'initialize',
      'called resume-in-vain-404 one',
      'initialize',
      'called echo two',
    ]);
    expect((await gateway.server('far')).phase).toBe('ready');
  });

  it('reads events in every spelling that their format allows', async () => {
    const { session } = await behind();
    for (const vector of WHOLE) {
      const { result } = await callTool(session, vector, 'far__vector', { nonce: 'ä€🚂', vector });
      expect({ vector, content: result?.content }).toEqual({
        vector,
        content: [{ type: 'text', text: 'ä€🚂 at far' }],
      });
    }
  });

  it.each(CUT)('takes no half event for an answer: %s', async (vector) => {
    const { session } = await behind();
    const { error } = await callTool(session, 1, 'far__vector', { nonce: 'one', vector });
    expect(error?.data).toMatchObject({ code: 'SWY-E705', executed: 'unknown' });
  });

  it.each(['404', '405', '409', '500'])(
    'does without the stream of a server that answers %s to GET',
    async (status) => {
      const { gateway, log, session } = await behind({ GET: status });
      await written(log, 'GET');
      for (const id of [1, 2]) {
        const { result } = await callTool(session, id, 'far__echo', { nonce: `${id}` });
        expect(result?.content).toEqual([{ type: 'text', text: `${id} at far` }]);
      }
      expect(await gateway.server('far')).toMatchObject({ phase: 'ready', restarts: 0, failures: 0 });
      // One try, and no problem for anybody to look at.
      expect((await linesOf(log)).filter((line) => line === 'GET')).toHaveLength(1);
      expect((await gateway.server('far')).problem).toBeUndefined();
    },
  );

  it('offers the rest of a server whose list fails, and says which list', async () => {
    const { gateway, session } = await behind({ FAILS: 'resources/list' });
    expect((await callTool(session, 1, 'far__echo', { nonce: 'one' })).result).toBeDefined();
    const [list] = parse(await session.post(requestText(2, 'resources/list')));
    expect(list?.result).toEqual({ resources: [] });
    expect(await gateway.server('far')).toMatchObject({ phase: 'ready', catalog: { resources: 0 } });
    expect((await gateway.status()).problems).toEqual([
      { server: 'far', kind: 'resources', message: expect.stringContaining('the database is away') },
    ]);
  });

  it('gives a resource of two servers to the first of the configuration, and tells the other whose it is', async () => {
    const uri = 'shared://one';
    // The one that is named first is started last.
    const second = await startFixture('http-server.mjs', { NAME: 'second', SHARES: uri });
    const first = await startFixture('http-server.mjs', { NAME: 'first', SHARES: uri });
    const mcpServers = { first: { url: first.url }, second: { url: second.url } };
    const gateway = await serve({ mcpServers });
    await Promise.all([gateway.phase('first', 'ready'), gateway.phase('second', 'ready')]);
    const session = await openSession(gateway.url, 'ada');
    const [list] = parse(await session.post(requestText(1, 'resources/list')));
    expect(list?.result?.['resources']).toEqual([{ uri, name: 'of first' }]);
    const [read] = parse(await session.post(requestText(2, 'resources/read', { uri })));
    expect(read?.result?.['contents']).toEqual([{ uri, text: `${uri} at first` }]);
    const { problems } = await gateway.status();
    expect(problems).toEqual([
      expect.objectContaining({ server: 'second', message: expect.stringContaining('first') }),
    ]);
  });

  it('ends its session when it stops', async () => {
    const { gateway, log } = await behind();
    await gateway.stop();
    expect((await linesOf(log)).filter((line) => line === 'DELETE')).toHaveLength(1);
  });
});

/** The scripted server behind a gateway, and a client of it. */
async function behind(env: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const log = path.join(folder, 'far.log');
  const { url } = await startFixture('http-server.mjs', { NAME: 'far', LOG: log, ...env });
  const gateway = await serve({ mcpServers: { far: { url } } }, { folder });
  await gateway.phase('far', 'ready');
  return { gateway, log, session: await openSession(gateway.url, 'ada') };
}
