import { afterEach, describe, expect, it } from '@jest/globals';
import { closeEndpoints, openEndpoint } from './spec-endpoint.ts';

afterEach(closeEndpoints);

const LIMIT = 64 * 1024;

/** A client that is greeted, and the endpoint it speaks to. */
async function greeted(version?: string) {
  const opened = await openEndpoint({ options: { maxMessageBytes: LIMIT } });
  const ada = await opened.client();
  await ada.greet(version === undefined ? {} : { version });
  return { ...opened, ada };
}

describe('a client that does not begin with initialize', () => {
  it('is told so, may ping, and can still begin', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    ada.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    for (const [id, method] of [
      [1, 'tools/list'],
      ['2', 'logging/setLevel'],
    ] as const) {
      expect(await ada.request(id, method, { level: 'info' })).toMatchObject({
        id,
        error: { code: -32600, message: expect.stringContaining('initialize comes first') },
      });
    }
    expect(await ada.request(3, 'ping')).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
    expect(await ada.request(4, 'initialize', {})).toMatchObject({ id: 4, error: { code: -32600 } });
    expect(await ada.greet()).toMatchObject({ id: 'hello', result: {} });
    expect(door.ended).toEqual([]);
  });

  it('cannot begin twice', async () => {
    const { ada } = await greeted();
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    expect(await ada.request(9, 'initialize', params)).toMatchObject({ id: 9, error: { code: -32600 } });
    expect(await ada.request(10, 'ping')).toMatchObject({ id: 10, result: {} });
  });
});

describe('a line that is no message', () => {
  it.each([
    ['junk', 'hello', null, -32700],
    ['JSON that breaks off', '{"jsonrpc":"2.0","id":1,"method":"ping"', null, -32700],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), null, -32700],
    ['no object', '17', null, -32600],
    ['no JSON-RPC', '{"id":5,"method":"ping"}', 5, -32600],
    ['no method', '{"jsonrpc":"2.0","id":5}', null, -32600],
    ['params that are a list', '{"jsonrpc":"2.0","id":5,"method":"ping","params":[]}', 5, -32600],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600],
    ['a call without a name', '{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{}}', 6, -32602],
    ['a batch', '[{"jsonrpc":"2.0","id":5,"method":"ping"}]', null, -32600],
    ['an empty batch', '[]', null, -32600],
  ])('%s is answered, and costs only itself', async (_what, text, id, code) => {
    const { ada, endpoint } = await greeted();
    ada.send(text, '', '\r', { id: 'next', method: 'ping' });
    expect(await ada.next()).toMatchObject({ id, error: { code } });
    expect(await ada.next()).toMatchObject({ id: 'next', result: {} });
    expect(endpoint.counts.clients).toBe(1);
  });

  it('that is a notification gets no answer, whatever is wrong with it', async () => {
    const { ada, endpoint } = await greeted();
    ada.send({ method: 'notifications/cancelled', params: {} }, { method: 'no/such' });
    expect(await ada.request(1, 'ping')).toMatchObject({ id: 1, result: {} });
    expect(endpoint.counts.unreadable).toBe(1);
  });

  it('over the limit costs only itself, by name where its id stands in front', async () => {
    const { ada, endpoint, door } = await greeted();
    const padding = 'x'.repeat(LIMIT);
    ada.send({ id: 'large', method: 'tools/call', params: { name: 'a', padding } });
    expect(await ada.next()).toMatchObject({
      id: 'large',
      error: { code: -32600, message: expect.stringMatching(/it has \d+ bytes; at most 65536 are read/) },
    });
    ada.send(`{"jsonrpc":"2.0","method":"tools/call","params":{"padding":"${padding}"},"id":"behind"}`);
    expect(await ada.next()).toMatchObject({ id: null, error: { code: -32600 } });
    ada.send({ id: 1, method: 'tools/call', params: { name: 'a', padding: 'x'.repeat(LIMIT - 200) } });
    (await door.next()).result({ fits: true });
    expect(await ada.next()).toMatchObject({ id: 1, result: { fits: true } });
    expect(endpoint.counts).toMatchObject({ oversize: 2, unreadable: 0, clients: 1 });
  });
});

describe('ids and limits', () => {
  it('an id in flight is not used twice', async () => {
    const { ada, door } = await greeted();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    const { result } = await door.next();
    expect(await ada.request(1, 'tools/call', { name: 'slow' })).toMatchObject({
      id: 1,
      error: { code: -32600, message: expect.stringContaining('already in flight') },
    });
    ada.send({ method: 'notifications/cancelled', params: { requestId: 99 } });
    result({});
    expect(await ada.next()).toMatchObject({ id: 1, result: {} });
  });

  it('a cancelled call has no answer', async () => {
    const { ada, door } = await greeted();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    const { cancelled } = await door.next();
    ada.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'changed my mind' } });
    expect(await cancelled).toBe('changed my mind');
    expect(await ada.request(2, 'ping')).toMatchObject({ id: 2 });
  });

  it('calls beyond the limit of a session are refused', async () => {
    const { client, endpoint, door } = await openEndpoint({ options: { maxInFlightPerSession: 1 } });
    const ada = await client();
    await ada.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    await door.next();
    expect(await ada.request(2, 'tools/call', { name: 'slow' })).toMatchObject({
      id: 2,
      error: { code: -33012, data: { executed: 'no', retryable: true } },
    });
    expect(endpoint.counts.callsRefused).toBe(1);
  });

  it('clients beyond the limit are told why they are not served', async () => {
    const { client, endpoint, door } = await openEndpoint({ options: { maxSessions: 1 } });
    const ada = await client();
    await ada.greet();
    const late = await client();
    expect(await late.next()).toMatchObject({ id: null, error: { code: -33012 } });
    await late.closed;
    expect(endpoint.counts).toMatchObject({ clients: 1, clientsRefused: 1 });
    expect(door.counted).toEqual([1]);
    ada.socket.destroy();
    await ada.closed;
  });
});

describe('batches of the one revision that has them', () => {
  it('are answered as one, and refused in no other session', async () => {
    const { ada, door } = await greeted('2025-03-26');
    ada.send(
      '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}},' +
        '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}},' +
        '{"jsonrpc":"2.0","id":2,"method":"ping"},7]',
    );
    const { result } = await door.next();
    expect(await ada.request(3, 'ping')).toMatchObject({ id: 3 });
    result({ slow: true });
    expect(JSON.parse(await ada.line())).toMatchObject([
      { id: 2, result: {} },
      { id: null, error: { code: -32600 } },
      { id: 1, result: { slow: true } },
    ]);
    // Nothing in it waits for an answer.
    ada.send('[{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}]');
    expect(await ada.request(4, 'ping')).toMatchObject({ id: 4 });
  });
});
