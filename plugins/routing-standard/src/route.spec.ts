import { describe, expect, it } from '@jest/globals';
import type { Call, CatalogSnapshot, Route, ServerPhase, ServerView } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { createListWait } from './list-wait.ts';
import { route } from './route.ts';
import { callOf, serversIn, snapshotOf, told } from './spec-sight.ts';

const sight = {
  snapshot: () => snapshotOf(),
  wait: createListWait(serversIn({ files: 'ready', off: 'disabled' })),
};

/** What comes of a call, which must be known at once. */
function now(call: Call): unknown {
  const decided = route(call, sight);
  if (decided instanceof Promise) throw new Error(`${call.method} has to wait`);
  return told(decided);
}

function refusal(more: object, rpc: number, message: string): object {
  const data = { executed: 'no', phase: 'routing', correlationId: 'call-1', retryable: false, ...more };
  return {
    kind: 'error',
    from: 'gateway',
    executed: 'no',
    error: { code: rpc, message, data: expect.objectContaining(data) },
  };
}

describe('route', () => {
  it('sends a tool or prompt to its server under the name that the server knows', () => {
    expect(now(callOf('tools/call', { name: 'files__tools' }))).toEqual({
      kind: 'server',
      server: 'files',
      name: 'own tools',
    });
    expect(now(callOf('prompts/get', { name: 'files__prompts' }))).toEqual({
      kind: 'server',
      server: 'files',
      name: 'own prompts',
    });
  });

  it('sends a URI as it is to its owner, or to the owner of a template', () => {
    for (const name of ['file:///a', 'file:///b/c']) {
      for (const method of ['resources/read', 'resources/subscribe', 'resources/unsubscribe'])
        expect(now(callOf(method, { name }))).toEqual({ kind: 'server', server: 'files', name });
    }
  });

  it('sends a completion to the server of its prompt or resource', () => {
    const complete = (name: string, ref: object) =>
      now(callOf('completion/complete', { name, params: { ref, argument: { name: 'a', value: '' } } }));
    expect(complete('files__prompts', { type: 'ref/prompt', name: 'files__prompts' })).toEqual({
      kind: 'server',
      server: 'files',
      name: 'own prompts',
    });
    expect(complete('file:///{+path}', { type: 'ref/resource', uri: 'file:///{+path}' })).toMatchObject({
      kind: 'server',
      server: 'files',
    });
    expect(complete('x', { type: 'ref/prompt', name: 'x' })).toMatchObject({ error: { code: -32602 } });
    expect(complete('x:y', { type: 'ref/resource', uri: 'x:y' })).toMatchObject({ error: { code: -32002 } });
    const bytes = Buffer.from('{"ref":{"type":"ref/prompt"},"x":}');
    expect(now(callOf('completion/complete', { name: 'file:///a', params: { bytes } }))).toMatchObject({
      server: 'files',
    });
  });

  it('names the nearest where a tool or prompt is unknown', () => {
    const hint = 'use a name of tools/list; nearest: files__tools, b, c';
    expect(now(callOf('tools/call', { name: 'files__tolls' }))).toEqual(
      refusal(
        { code: 'SWY-E501', hint, suggestions: ['files__tools', 'b', 'c'] },
        -32602,
        'no tool is called "files__tolls"',
      ),
    );
    expect(now(callOf('prompts/get', { name: 'x' }))).toEqual(
      refusal(
        { code: 'SWY-E505', hint: 'use a name of prompts/list', suggestions: [] },
        -32602,
        'no prompt is called "x"',
      ),
    );
  });

  it('refuses what nobody has, what is missing, and methods that are not routed', () => {
    expect(now(callOf('resources/read', { name: 'http://x' }))).toEqual(
      refusal({ code: 'SWY-E506' }, -32002, 'no server offers the resource http://x'),
    );
    for (const [method, member] of [
      ['tools/call', 'name'],
      ['prompts/get', 'name'],
      ['resources/read', 'uri'],
    ] as const) {
      expect(now(callOf(method))).toEqual(
        refusal({ code: 'SWY-E413' }, -32602, `"${member}" is missing in the parameters, or is no string`),
      );
    }
    expect(now(callOf('tools/explode'))).toEqual(
      refusal({ code: 'SWY-E412' }, -32601, 'the method "tools/explode" is not known here'),
    );
  });

  it('repeats of a hostile name only what does no harm', () => {
    const name = `x\r\nevil\u202e\u0000${'y'.repeat(1_000_000)}`;
    expect(now(callOf('tools/call', { name }))).toMatchObject({
      error: { message: `no tool is called "x??evil??${'y'.repeat(91)}…"` },
    });
  });

  it('answers lists from the catalog', () => {
    for (const [method, kind] of [
      ['tools/list', 'tools'],
      ['prompts/list', 'prompts'],
      ['resources/list', 'resources'],
      ['resources/templates/list', 'resourceTemplates'],
    ] as const) {
      expect(now(callOf(method))).toEqual({ kind, cursor: undefined, known: [] });
      expect(now(callOf(method, { params: { _meta: {} } }))).toMatchObject({ kind });
      expect(now(callOf(method, { params: { cursor: 'next' } }))).toMatchObject({ kind, cursor: 'next' });
      for (const params of [
        { cursor: 'old' },
        { cursor: '' },
        { cursor: 7 },
        { cursor: null },
        { bytes: Buffer.from('{"a":}') },
      ]) {
        expect(now(callOf(method, { params }))).toEqual(
          refusal({ code: 'SWY-E507' }, -32602, 'the cursor is not one of ours'),
        );
      }
    }
  });

  it('never throws, whatever it is asked', () => {
    const methods = fc.oneof(
      fc.string(),
      fc.constantFrom('tools/call', 'tools/list', 'resources/read', '__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(
        methods,
        fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        fc.uint8Array(),
        (method, name, bytes) => {
          const kind = (
            now(callOf(method, { ...(name === undefined ? {} : { name }), params: { bytes } })) as {
              kind: string;
            }
          ).kind;
          expect(['server', 'error', 'tools']).toContain(kind);
        },
      ),
    );
  });
});

describe('a list while servers are being started', () => {
  it('waits for those that are neither listed nor remembered, then answers with what there is', async () => {
    const servers = serversIn({ files: 'ready', new: 'starting' });
    let snapshot = snapshotOf();
    const slow = { snapshot: () => snapshot, wait: createListWait(servers) };
    const waiting = [route(callOf('tools/list'), slow), route(callOf('prompts/list'), slow)];
    expect(waiting.every((one) => one instanceof Promise)).toBe(true);
    expect(servers.asked).toEqual([[5_000, 500]]);
    expect(route(callOf('tools/call', { name: 'files__tools' }), slow)).not.toBeInstanceOf(Promise);
    snapshot = snapshotOf('new');
    servers.settle();
    const [tools, prompts] = (await Promise.all(waiting)).map(told);
    expect([tools, prompts]).toMatchObject([
      { kind: 'tools', known: ['new'] },
      { kind: 'prompts', known: ['new'] },
    ]);
    expect(route(callOf('tools/list'), slow)).not.toBeInstanceOf(Promise);
  });

  it('looks a name that nobody knows up again when a server has come that was still to tell', async () => {
    const servers = serversIn({ files: 'starting' });
    const nothing: CatalogSnapshot = { ...snapshotOf(), resolve: () => undefined, knows: () => false };
    let present = nothing;
    const sight = { snapshot: () => present, wait: createListWait(servers) };
    const early = route(callOf('tools/call', { name: 'files__tools' }), sight);
    expect(early).toBeInstanceOf(Promise);
    present = snapshotOf();
    servers.settle();
    expect(await early).toEqual({ kind: 'server', server: 'files', name: 'own tools' });
    // One that is known never waits, whoever else is still to come.
    servers.phases = { files: 'ready', other: 'starting' };
    expect(route(callOf('tools/call', { name: 'files__tools' }), sight)).toMatchObject({ kind: 'server' });
  });

  it('waits once for a server that hangs, and again for another one', async () => {
    const servers = serversIn({ slow: 'negotiating' });
    const snapshot = snapshotOf();
    const sightOfSlow = { snapshot: () => snapshot, wait: createListWait(servers) };
    const first = route(callOf('tools/list'), sightOfSlow);
    servers.settle('failed');
    expect(told(await first)).toMatchObject({ kind: 'tools' });
    expect(route(callOf('tools/list'), sightOfSlow)).not.toBeInstanceOf(Promise);
    servers.phases = { slow: 'backoff', other: 'starting' };
    const second = route(callOf('tools/list'), sightOfSlow);
    expect(second).toBeInstanceOf(Promise);
    servers.settle();
    await second;
    expect(servers.asked).toHaveLength(2);
  });

  it('does not wait for servers that will not tell, nor looks again while the catalog is the same', () => {
    const servers = serversIn({
      a: 'disabled',
      b: 'failed',
      c: 'stopped',
      d: 'auth_required',
      e: 'stopping',
      f: 'crash_loop',
    });
    const snapshot = snapshotOf();
    const wait = createListWait(servers);
    const decided: (Route | Promise<Route>)[] = [];
    for (let round = 0; round < 10; round++)
      decided.push(route(callOf('tools/list'), { snapshot: () => snapshot, wait }));
    expect(decided.some((one) => one instanceof Promise)).toBe(false);
    expect([servers.looks, servers.asked.length]).toEqual([1, 0]);
  });

  it('waits for servers that were attached after the first list', () => {
    const servers = serversIn({});
    const snapshot = snapshotOf();
    const sightOfNone = { snapshot: () => snapshot, wait: createListWait(servers) };
    expect(route(callOf('tools/list'), sightOfNone)).not.toBeInstanceOf(Promise);
    servers.phases = { new: 'starting' };
    expect(route(callOf('tools/list'), sightOfNone)).toBeInstanceOf(Promise);
  });

  it('looks again where a server comes that the catalog does not know, and for no other change', () => {
    const servers = serversIn({ files: 'ready', off: 'stopped' });
    const snapshot = snapshotOf();
    const sightOfSome = { snapshot: () => snapshot, wait: createListWait(servers) };
    const change = (name: string, phase: ServerPhase) => {
      servers.phases = { ...servers.phases, [name]: phase };
      servers.changes$.next({ name, phase } as ServerView);
      return route(callOf('tools/list'), sightOfSome) instanceof Promise;
    };
    expect(route(callOf('tools/list'), sightOfSome)).not.toBeInstanceOf(Promise);
    expect([change('files', 'degraded'), change('other', 'failed'), servers.looks]).toEqual([
      false,
      false,
      1,
    ]);
    expect([change('new', 'starting'), servers.looks]).toEqual([true, 2]);
    servers.settle();
  });
});
