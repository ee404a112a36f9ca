import { expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { connected } from './spec-connection.ts';
import { hum, imaginary } from './spec-era.ts';
import { tool } from './spec-server.ts';

/** A connection of an era that nothing in this package has heard of. */
async function strange() {
  const parts = connected({ era: imaginary });
  const { server } = parts;
  server.on('greet', () => ({ result: { mood: 'good', name: 'ada' } }));
  server.on('show tools', () => ({ result: { tools: [tool('juggle')] } }));
  server.on('do', ({ id, params }, wire) => {
    if (params!['hum'] === true) wire.push(Buffer.concat([...hum(id, 'la')]));
    return { result: { did: params!['task'] } };
  });
  await parts.started();
  return parts;
}

it('a new era is one more codec: its session opens, its lists are read', async () => {
  const { connection, server, lists } = await strange();
  expect(connection.state.phase).toBe('ready');
  expect(connection.session?.agreement?.serverInfo.name).toBe('ada');
  expect(server.wire.taken.map(({ method }) => method)).toEqual(['greet', 'show tools']);
  expect(lists.map(({ definitions }) => definitions.tools?.map(({ name }) => name))).toEqual([['juggle']]);
});

it('a new era carries a call, and its progress', async () => {
  const { call } = await strange();
  const watched = call({ wantsProgress: true, params: { bytes: Buffer.from('{"name":"juggle"}') } });
  await settled();
  expect(watched.progress).toMatchObject([{ tune: 'la' }]);
  expect(watched.outcomes).toEqual([{ kind: 'result', text: '{"done":{"name":"juggle"}}' }]);
});

it('a new era may have no message for what another says in one', async () => {
  const { server, call } = await strange();
  server.silent('do');
  const { exchange, outcomes } = call();
  await settled();
  exchange.cancel('enough');
  await settled();
  expect(outcomes).toEqual([{ kind: 'cancelled', message: 'enough' }]);
  expect(server.wire.taken.map(({ method }) => method)).toEqual(['greet', 'show tools', 'do']);
});

it('a new era says in its own words why there is no agreement', async () => {
  const { connection, server, started } = connected({ era: imaginary });
  server.on('greet', () => ({ result: { mood: 'foul' } }));
  await started();
  expect(connection.state).toMatchObject({
    cause: { code: 'HANDSHAKE_REFUSED', problem: { message: expect.stringContaining('foul mood') } },
  });
});
