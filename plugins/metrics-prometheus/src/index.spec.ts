import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LINE_LEVELS, SERVER_PHASES } from '@switchyard/plugin-api';
import { MAX_SCRAPERS, SCRAPE_MS } from './metrics-route.ts';
import { closeGateways, openGateway } from './spec-gateway.ts';
import { valueOf } from './spec-page.ts';
import { callOf, connectionOf, RESULT, STARTED, transition, viewOf } from './spec-views.ts';

afterEach(closeGateways);

describe('GET /metrics', () => {
  it('answers what Prometheus reads, without a token on this machine', async () => {
    const { scrape } = await openGateway({ servers: [viewOf('files')] });
    const answer = await scrape();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = Buffer.from(await answer.arrayBuffer());
    expect(Number(answer.headers.get('content-length'))).toBe(body.byteLength);
  });

  it('answers HEAD with the same head and no body', async () => {
    const { scrape } = await openGateway();
    const [get, head] = [await scrape(), await scrape({ method: 'HEAD' })];
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers %s with 405', async (method) => {
    const { scrape } = await openGateway();
    const answer = await scrape({ method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('has the metrics of process and Node.js, unless they are off', async () => {
    const on = await openGateway();
    const off = await openGateway({ metrics: { defaultMetrics: false } });
    const names = async (gateway: typeof on) => (await gateway.read()).map(({ name }) => name).join(' ');
    expect(await names(on)).toMatch(/process_resident_memory_bytes .*nodejs_heap_size_used_bytes/);
    expect(await names(off)).not.toMatch(/process_|nodejs_/);
  });

  it('shows them in every gateway of a process, also when another one is gone', async () => {
    const [first, second] = [await openGateway(), await openGateway()];
    await first.read();
    await first.close();
    expect(valueOf(await second.read(), 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('refuses options that mean nothing', async () => {
    await expect(openGateway({ metrics: { toolLabelLimit: -1 } })).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
    });
    await expect(openGateway({ metrics: { path: '/x' } })).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
    });
  });
});

describe('scrapers', () => {
  it('share one page a second', async () => {
    const { scrape, pages, clock } = await openGateway();
    await Promise.all(Array.from({ length: 20 }, async () => (await scrape()).text()));
    await (await scrape()).text();
    expect(pages()).toBe(1);
    clock.advance(999);
    await (await scrape()).text();
    expect(pages()).toBe(1);
    clock.advance(1);
    await (await scrape()).text();
    expect(pages()).toBe(2);
  });

  it('that do not read are cut off, and are so many at most', async () => {
    // A page that no socket's buffers take.
    const servers = Array.from({ length: 400 }, (_, index) => viewOf(`${'x'.repeat(5_000)}${index}`));
    const { url, clock, read, scrape } = await openGateway({ servers });
    const { port } = new URL(url);
    const lazy = Array.from({ length: MAX_SCRAPERS }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      return socket;
    });
    // Its first bytes say that it is served; the rest stays where it is.
    await Promise.all(lazy.map(async (socket) => (await once(socket, 'readable'), socket.pause())));
    const refused = await scrape();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);

    clock.advance(SCRAPE_MS);
    await Promise.all(lazy.map((socket) => (socket.resume(), once(socket, 'close'))));
    expect(valueOf(await read(), 'switchyard_metrics_shed_total', { what: 'scrapes' })).toBe(
      MAX_SCRAPERS + 1,
    );
  });

  it('get an error, and the next one a page, where the state could not be told', async () => {
    const { scrape, present, lines } = await openGateway();
    present.status = {
      get plugins(): never {
        throw new Error('sick');
      },
    };
    expect((await scrape()).status).toBe(500);
    present.status = {};
    expect((await scrape()).status).toBe(200);
    expect(lines.join()).toContain('sick');
  });

  it('find nothing when the gateway stops', async () => {
    const { close, scrape } = await openGateway();
    await scrape();
    await close();
    await expect(scrape()).rejects.toThrow();
  });
});

describe('the page', () => {
  it('shows a server from the beginning, with zeros', async () => {
    const { read } = await openGateway({ servers: [viewOf('files', { phase: 'idle', desired: 'idle' })] });
    const lines = await read();
    const server = { mcp_server: 'files' };
    for (const name of [
      'switchyard_requests_in_flight',
      'switchyard_server_desired_running',
      'switchyard_server_dropped_messages_total',
      'switchyard_server_last_ready_timestamp_seconds',
      'switchyard_server_startup_seconds_count',
    ])
      expect([name, valueOf(lines, name, server)]).toEqual([name, 0]);
    const zero = (name: string, labels: object) =>
      expect(valueOf(lines, name, { ...server, ...labels })).toBe(0);
    zero('switchyard_server_restarts_total', { reason: 'automatic' });
    zero('switchyard_server_restarts_total', { reason: 'ordered' });
    zero('switchyard_requests_rejected_total', { reason: 'not_ready' });
    zero('switchyard_transport_bytes_total', { direction: 'in' });
    zero('switchyard_frames_total', { direction: 'out' });
  });

  it('shows the one phase that a server is in', async () => {
    const { read, tell } = await openGateway({ servers: [viewOf('files')] });
    const states = async () =>
      (await read())
        .filter(({ name }) => name === 'switchyard_server_state')
        .map(({ labels, value }) => [labels['state'], value]);
    for (const phase of SERVER_PHASES) {
      tell(viewOf('files', { phase }));
      expect(await states()).toEqual(SERVER_PHASES.map((each) => [each, each === phase ? 1 : 0]));
    }
  });

  it('follows what becomes of a server', async () => {
    const { read, tell } = await openGateway();
    tell(viewOf('files', { transitions: STARTED, readyAfterMs: 400, phase: 'ready' }));
    // Told and gone between two scrapes.
    const lost = [...STARTED, transition(4, 'ready', 'backoff', 'lost', { code: 'SWY-E206' })];
    tell(viewOf('files', { transitions: lost, phase: 'backoff' }));
    const back = [...lost, transition(5, 'backoff', 'starting', 'due', { run: 2 })];
    tell(
      viewOf('files', {
        transitions: back.slice(1),
        phase: 'starting',
        inFlight: 3,
        queue: { held: 2, shed: 7 },
      }),
    );
    const lines = await read();
    expect(valueOf(lines, 'switchyard_server_restarts_total', { reason: 'automatic' })).toBe(1);
    expect(valueOf(lines, 'switchyard_server_transitions_total', { from: 'ready', reason: 'SWY-E206' })).toBe(
      1,
    );
    expect(valueOf(lines, 'switchyard_server_startup_seconds_sum')).toBeCloseTo(0.4);
    expect(valueOf(lines, 'switchyard_server_last_ready_timestamp_seconds')).toBe(3);
    expect(valueOf(lines, 'switchyard_requests_in_flight')).toBe(3);
    expect(valueOf(lines, 'switchyard_requests_held')).toBe(2);
  });

  it('adds up what the processes of all connections of a server use, and nothing of servers without', async () => {
    const { read, present } = await openGateway({
      servers: [viewOf('files', { connections: [connectionOf('primary', 1), connectionOf('alice', 2)] })],
    });
    present.servers = [...present.servers, viewOf('remote', { transport: 'http' })];
    const lines = await read();
    const names = ['resident_memory_bytes', 'cpu_seconds_total', 'threads', 'open_descriptors', 'processes'];
    const shown = (server: string) =>
      names.map((name) => valueOf(lines, `switchyard_server_${name}`, { mcp_server: server }));
    expect(shown('files')).toEqual([3_000, 3, 30, 60, 3]);
    expect(shown('remote')).toEqual(names.map(() => undefined));
  });

  it('forgets a server that is not configured any more, all of it', async () => {
    const { read, present, observer } = await openGateway({ servers: [viewOf('files'), viewOf('git')] });
    observer.attemptEnded({ ...callOf('c', { name: 'read' }), server: 'files' }, RESULT, 1);
    observer.frame({ server: 'files', direction: 'in', kind: 'response', bytes: 1 });
    const of = async (server: string) =>
      (await read()).filter(({ labels }) => labels['mcp_server'] === server).length;
    expect(await of('files')).toBeGreaterThan(0);
    present.servers = [viewOf('git')];
    expect(await of('files')).toBe(0);
    expect(await of('git')).toBeGreaterThan(0);
    // The last message of one that is gone.
    observer.frame({ server: 'files', direction: 'in', kind: 'response', bytes: 1 });
    expect(await of('files')).toBe(0);
  });

  it('says the same as the ledger, the catalog and the plugins', async () => {
    const { read, present } = await openGateway({
      servers: [viewOf('files', { catalog: { tools: 4, prompts: 3, resources: 2, resourceTemplates: 1 } })],
    });
    const plugin = { name: 'x', bootMs: 1, needs: [], provides: [], contributes: [], holds: [] };
    present.status = {
      ledger: { accepted: 10, answered: 6, cancelled: 1, inFlight: 3 },
      clients: 2,
      problems: [{ server: 'files', message: 'a problem' }],
      plugins: [
        { ...plugin, id: 'a', state: 'ready' },
        { ...plugin, id: 'b"\n', state: 'failed' },
        { ...plugin, id: 'b"\n', state: 'failed' },
      ],
    };
    const lines = await read();
    const value = (name: string, labels = {}) => valueOf(lines, `switchyard_${name}`, labels);
    expect(value('calls_accepted_total')).toBe(10);
    expect(value('calls_total', { outcome: 'answered' })).toBe(6);
    expect(value('calls_total', { outcome: 'cancelled' })).toBe(1);
    expect(value('calls_in_flight')).toBe(3);
    expect(value('clients')).toBe(2);
    expect(value('catalog_problems')).toBe(1);
    expect(value('catalog_items', { kind: 'tools' })).toBe(4);
    expect(value('catalog_items', { kind: 'resourceTemplates' })).toBe(1);
    expect(value('plugin_info', { plugin: 'a', state: 'ready' })).toBe(1);
    expect(value('plugin_info', { plugin: 'b"\n', state: 'failed' })).toBe(1);
    expect(value('build_info', { version: '1.2.3', node_version: 'v20.19.0' })).toBe(1);
  });

  it('counts lines of the log by level, those from before it was there too', async () => {
    const { read, log } = await openGateway();
    for (const level of ['warn', 'warn', 'error'] as const) log(level);
    const lines = await read();
    const count = (level: string) => valueOf(lines, 'switchyard_log_lines_total', { level });
    expect(LINE_LEVELS.map(count)).toEqual([0, 1, 2, 1]);
  });

  it('is whole with servers and tools of any name', async () => {
    const names = ['a "quoted" one', 'two\nlines', 'back\\slash', '"} 1\nfake{x="', 'ends with \\'];
    const { read, observer } = await openGateway({ servers: names.map((name) => viewOf(name)) });
    for (const server of names)
      for (const name of names) observer.attemptEnded({ ...callOf('c', { name }), server }, RESULT, 1);
    const lines = await read();
    for (const mcp_server of names)
      for (const gen_ai_tool_name of names)
        expect(
          valueOf(lines, 'mcp_client_operation_duration_seconds_count', { mcp_server, gen_ai_tool_name }),
        ).toBe(1);
  });
});
