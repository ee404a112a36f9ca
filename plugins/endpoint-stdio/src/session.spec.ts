import { lstat } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import { closeEndpoints, openEndpoint, until } from './spec-endpoint.ts';

afterEach(closeEndpoints);

describe('a client on its connection', () => {
  it('is greeted, asks and is answered, one message a line', async () => {
    const { client, door, endpoint, socket } = await openEndpoint();
    expect((await lstat(socket)).mode & 0o777).toBe(0o600);
    const ada = await client();
    const { result } = await ada.greet();
    expect(result).toMatchObject({
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'switchyard' },
      instructions: 'be kind',
    });
    ada.send({ id: 1, method: 'tools/call', params: { name: 'echo', _meta: { progressToken: 'p' } } });
    const { call, emit, result: end } = await door.next();
    expect(call).toMatchObject({
      method: 'tools/call',
      name: 'echo',
      principal: 'local',
      wantsProgress: true,
      client: { name: 'spec', protocolVersion: '2025-11-25' },
    });
    expect(call.audience).toMatch(/^stdio-/);
    emit({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: 1 }) });
    end({ content: [] });
    expect(await ada.next()).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 'p', progress: 1 },
    });
    expect(await ada.next()).toEqual({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    expect(endpoint.counts.clients).toBe(1);
  });

  it('is not mistaken for another that uses the same ids', async () => {
    const { client, door } = await openEndpoint();
    const clients = [await client(), await client(), await client()];
    for (const one of clients) await one.greet();
    clients.forEach((one, i) => one.send({ id: 7, method: 'tools/call', params: { name: `tool-${i}` } }));
    const arrived = [await door.next(), await door.next(), await door.next()];
    expect(new Set(arrived.map(({ call }) => call.audience)).size).toBe(3);
    for (const { call, result } of arrived.reverse()) result({ for: call.name });
    for (const [i, one] of clients.entries()) {
      expect(await one.next()).toMatchObject({ id: 7, result: { for: `tool-${i}` } });
    }
  });

  it('hears what changes, after it said that it is initialized', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    await ada.greet();
    await ada.request(1, 'ping');
    door.listChanged$.next('tools');
    expect(await ada.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    const concerns = ({ audience }: { readonly audience: string }) => audience.startsWith('stdio-');
    door.notices$.next({ kind: 'updated', server: 's', params: payloadOf({ uri: 'a:b' }), concerns });
    expect(await ada.next()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'a:b' },
    });
  });

  it('is asked on its line, and answers there', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    await ada.greet({ capabilities: { sampling: {} } });
    ada.send({ id: 1, method: 'tools/call', params: { name: 'think' } });
    const { call, emit, replies, result } = await door.next();
    expect(call.canBeAsked).toBe(true);
    emit({ kind: 'ask', ask: { id: 'a1', method: 'sampling/createMessage', params: payloadOf({ x: 1 }) } });
    const asked = await ada.next();
    expect(asked).toMatchObject({ id: 'a1', method: 'sampling/createMessage', params: { x: 1 } });
    ada.send({ id: asked.id, result: { role: 'assistant' } });
    await ada.request(2, 'ping');
    expect(replies).toMatchObject([['a1', { result: {} }]]);
    result({});
    expect(await ada.next()).toMatchObject({ id: 1 });
  });

  it('sends and gets a megabyte byte for byte, however it is cut', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    await ada.greet();
    const text = `${'é'.repeat(500_000)}\\u0000\\n "quoted" 1e400 🙂`;
    const bytes = Buffer.from(JSON.stringify({ name: 'echo', arguments: { text } }));
    const request = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":"big","method":"tools/call","params":'),
      bytes,
      Buffer.from('}\n'),
    ]);
    for (let at = 0; at < request.length; at += 65_537) ada.socket.write(request.subarray(at, at + 65_537));
    const { call, emit } = await door.next();
    expect(Buffer.compare(call.params!.bytes, bytes)).toBe(0);
    emit({ kind: 'outcome', outcome: { kind: 'result', result: { bytes } } });
    expect(await ada.line()).toBe(`{"jsonrpc":"2.0","id":"big","result":${bytes.toString()}}`);
  });
});

describe('the end of a connection', () => {
  it('gives up what is under way, and ends the session', async () => {
    const { client, door, endpoint, clock } = await openEndpoint();
    const ada = await client();
    await ada.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    const { call, cancelled, emit } = await door.next();
    ada.socket.destroy();
    await ada.closed;
    // The line cannot know yet that nobody reads it any more.
    await until(() => clock.pending === 1);
    clock.advance(10_000);
    expect(await cancelled).toBe('the client went away');
    emit({ kind: 'log', params: payloadOf({ level: 'info', data: 'too late' }) });
    await until(() => door.counted.length === 2);
    expect(door.ended.map(({ audience }) => audience)).toEqual([call.audience]);
    expect(door.counted).toEqual([1, 0]);
    expect(endpoint.counts.clients).toBe(0);
  });

  it('is noticed at once when something is written', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    await ada.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow', _meta: { progressToken: 1 } } });
    const { emit, cancelled } = await door.next();
    ada.socket.destroy();
    await ada.closed;
    emit({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: 1 }) });
    expect(await cancelled).toBe('the client went away');
    await until(() => door.ended.length === 1);
  });

  it('waits for the answers of a client that only says no more', async () => {
    const { client, door } = await openEndpoint();
    const ada = await client();
    await ada.greet({ capabilities: { roots: {} } });
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    const { emit, replies, result } = await door.next();
    emit({ kind: 'ask', ask: { id: 'a1', method: 'roots/list' } });
    expect(await ada.next()).toMatchObject({ id: 'a1' });
    // The last line has no line break.
    ada.socket.end('{"jsonrpc":"2.0","id":2,"method":"ping"}');
    expect(await ada.next()).toMatchObject({ id: 2, result: {} });
    expect(replies).toMatchObject([['a1', { error: {} }]]);
    emit({ kind: 'ask', ask: { id: 'a2', method: 'roots/list' } });
    expect(replies).toHaveLength(2);
    result({ late: true });
    expect(await ada.next()).toMatchObject({ id: 1, result: { late: true } });
    await ada.closed;
    expect(door.ended).toHaveLength(1);
  });

  it('by the gateway answers calls under way, refuses new ones, and leaves no socket', async () => {
    const { client, door, endpoint, clock, socket } = await openEndpoint();
    const ada = await client();
    const idle = await client();
    await ada.greet();
    await idle.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'slow' } });
    const { result } = await door.next();
    const closing = endpoint.close(10_000);
    await idle.closed;
    expect(await ada.request(2, 'tools/call', { name: 'late' })).toMatchObject({
      id: 2,
      error: { code: -33018, data: { executed: 'no' } },
    });
    await expect(client()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    result({ done: true });
    expect(await ada.next()).toMatchObject({ id: 1, result: { done: true } });
    await closing;
    await expect(lstat(socket)).rejects.toThrow('ENOENT');
    expect(clock.pending).toBe(0);
  });

  it('by the gateway comes at the end of its patience, too, with an answer', async () => {
    const { client, door, endpoint, clock } = await openEndpoint();
    const ada = await client();
    await ada.greet();
    ada.send({ id: 1, method: 'tools/call', params: { name: 'never' } });
    const { cancelled } = await door.next();
    const closing = endpoint.close(10_000);
    clock.advance(10_000);
    expect(await cancelled).toBe('the gateway is stopping');
    expect(await ada.next()).toMatchObject({ id: 1, error: { data: { code: 'SWY-E130' } } });
    await closing;
    await ada.closed;
    expect(clock.pending).toBe(0);
  });
});
