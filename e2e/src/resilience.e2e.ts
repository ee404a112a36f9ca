import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { switchyard } from './harness/command.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { dataOf } from './harness/graphql.ts';
import { startFixture } from './harness/http-server.ts';
import { linesOf } from './harness/lines-of.ts';
import { openSession, type RawSession } from './harness/raw-session.ts';
import { callTool } from './harness/rpc.ts';

const BREAKER = `{ server(name: "far") {
  phase problem { code } breaker { phase failures threshold openedAt nextProbeAt lastError { code } }
  conditions { type status reason }
} }`;

interface Shown {
  readonly server: {
    readonly phase: string;
    readonly problem: { readonly code: string } | null;
    readonly breaker: {
      readonly phase: string;
      readonly failures: number;
      readonly lastError: object | null;
    };
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
    }[];
  };
}

describe('a server that fails', () => {
  it('gets no calls after five failures, is asked, is tried out, and gets all calls again', async () => {
    const { gateway, log, session } = await behind();
    // The admin API is loaded late: not while a breaker is looked at.
    await dataOf(gateway, '{ __typename }');
    await fail(session, 5);
    // The first probe is due after 2.5 s at the earliest.
    const { server } = await dataOf<Shown>(gateway, BREAKER);
    expect(server).toMatchObject({
      phase: 'DEGRADED',
      problem: { code: 'SWY-E711' },
      breaker: {
        phase: 'OPEN',
        failures: 5,
        threshold: 5,
        lastError: { code: expect.stringMatching(/^SWY-E/) },
      },
    });
    expect(server.conditions.at(-1)).toEqual({ type: 'BREAKER_CLOSED', status: 'FALSE', reason: 'Open' });

    const before = (await called(log)).length;
    const { error } = await callTool(session, 'refused', 'far__echo', { nonce: 'refused' });
    expect(error).toMatchObject({
      code: -33011,
      data: { code: 'SWY-E711', server: 'far', executed: 'no', retryable: true },
    });
    expect(error?.data?.['retryAfterMs']).toBeGreaterThan(0);
    expect(await called(log)).toHaveLength(before);

    // Whoever goes on trying gets through as soon as the server answered a probe: the server itself never failed.
    await untilAnswered(session);
    for (let call = 0; call < 5; call += 1) {
      expect((await callTool(session, `ok-${call}`, 'far__echo', { nonce: 'ok' })).result).toBeDefined();
    }
    const after = await dataOf<Shown>(gateway, BREAKER);
    expect(after.server).toMatchObject({
      phase: 'READY',
      problem: null,
      breaker: { phase: 'CLOSED', failures: 0 },
    });
    const moves = (await metrics(gateway)).filter((line) =>
      line.startsWith('switchyard_breaker_moves_total{'),
    );
    expect(moves).toEqual([
      'switchyard_breaker_moves_total{mcp_server="far",state="closed"} 1',
      'switchyard_breaker_moves_total{mcp_server="far",state="open"} 1',
      'switchyard_breaker_moves_total{mcp_server="far",state="half_open"} 1',
    ]);
    // It is one run of one server: a breaker is nothing that happens to a connection.
    expect(await gateway.server('far')).toMatchObject({ restarts: 0, failures: 0 });
  });

  it('is shown by every face, and gets calls again when somebody says so', async () => {
    // Ten times slower: it has to stay open until everybody has looked.
    const { gateway, session } = await behind({}, { SWITCHYARD_TIME_SCALE: '0.1' });
    await fail(session, 5);
    const shown = await switchyard(['status', '--state-dir', gateway.stateDir], { cwd: gateway.folder });
    expect(shown.stdout).toContain('degraded');
    expect(shown.stdout).toContain('5 of the last 5 calls failed');
    await callTool(session, 'refused', 'far__echo', { nonce: 'refused' });
    const page = await metrics(gateway);
    expect(page).toContain('switchyard_breaker_state{mcp_server="far",state="open"} 1');
    expect(page).toContain('switchyard_calls_shed_total{reason="breaker_open"} 1');
    expect(page).toContainEqual(
      expect.stringMatching(/^switchyard_requests_rejected_total\{.*reason="breaker_open".*\} 1$/),
    );
    const { resetBreaker } = await dataOf<{ resetBreaker: object }>(
      gateway,
      'mutation { resetBreaker(input: { server: "far" }) { server { phase breaker { phase } } userErrors { code } } }',
    );
    expect(resetBreaker).toEqual({
      server: { phase: 'READY', breaker: { phase: 'CLOSED' } },
      userErrors: [],
    });
    expect((await callTool(session, 'ok', 'far__echo', { nonce: 'ok' })).result).toBeDefined();
  });

  it('has no breaker where its entry says so', async () => {
    const { gateway, session } = await behind({ breaker: false });
    await fail(session, 10);
    expect((await callTool(session, 'ok', 'far__echo', { nonce: 'ok' })).result).toBeDefined();
    expect((await dataOf<Shown>(gateway, BREAKER)).server).toMatchObject({ phase: 'READY', breaker: null });
  });
});

describe('F76: a server that is well for five calls and ill for five', () => {
  const OPENED = 4;
  const FASTER = 10;

  it('is left alone for longer each time, and little is told of it', async () => {
    const { gateway, log, session } = await behind({}, { SWITCHYARD_TIME_SCALE: String(FASTER) });
    const told = () =>
      gateway.log.events.filter(({ event, name }) => event === 'server' && name === 'far').length;
    const toldBefore = told();
    const beganAt = performance.now();
    const ill: string[] = [];
    // What whoever was refused was told, by how often it had opened; on a slow machine nobody may be.
    const waits = new Map<number, number>();
    let isWell = false;
    for (let call = 0; ill.length < 5 * OPENED || !isWell; call += 1) {
      const { error } = await callTool(session, call, 'far__flap', { nonce: `${call}` });
      const opened = ill.length / 5;
      isWell = error === undefined;
      if (error?.data?.['code'] !== 'SWY-E711') {
        if (error) ill.push(String(error.data?.['executed']));
      } else if (!waits.has(opened)) waits.set(opened, Number(error.data?.['retryAfterMs']));
    }
    const passedMs = (performance.now() - beganAt) * FASTER;

    // 5 s, twice as long each time, each by chance half as long or half as long again; never sooner, whatever the load.
    const usual = Array.from({ length: OPENED }, (_, time) => 5_000 * 2 ** time);
    for (const [opened, wait] of waits) expect(wait).toBeLessThanOrEqual(1.5 * usual[opened - 1]!);
    expect(waits.has(OPENED)).toBe(true);
    expect(passedMs).toBeGreaterThan(0.49 * usual.reduce((sum, wait) => sum + wait, 0));
    expect(ill).toEqual(Array(5 * OPENED).fill('unknown'));
    // R5: what it was given, it was given once.
    const lines = await called(log);
    expect(new Set(lines).size).toBe(lines.length);
    // It opens, is tried out, and closes.
    expect(told() - toldBefore).toBeLessThanOrEqual(3 * OPENED);
    expect(await metrics(gateway)).toContain(
      `switchyard_breaker_moves_total{mcp_server="far",state="open"} ${OPENED}`,
    );
    expect(await gateway.server('far')).toMatchObject({ restarts: 0, failures: 0 });
  });
});

describe('a call that failed', () => {
  it('is executed three times at most where its tool is retry-safe, and once where it is not (R5)', async () => {
    const { log, session } = await behind({ breaker: false, tools: { retrySafe: ['status'] } });
    const safe = await callTool(session, 'safe', 'far__status', { nonce: 'safe', status: 503 });
    expect(safe.error?.data).toMatchObject({ executed: 'unknown', retryable: false });
    await callTool(session, 'unsafe', 'far__reset-early', { nonce: 'unsafe' });
    const lines = await called(log);
    expect(lines.filter((line) => line === 'called status safe')).toHaveLength(3);
    expect(lines.filter((line) => line === 'called reset-early unsafe')).toHaveLength(1);
  });

  it('is sent again once, whatever its tool, when the server said not now (429)', async () => {
    const { log, session } = await behind();
    const { error } = await callTool(session, 'busy', 'far__status', { nonce: 'busy', status: 429 });
    expect(error?.data).toMatchObject({ executed: 'no' });
    expect(await called(log)).toEqual(['called status busy', 'called status busy']);
  });

  it('does not come back sooner than the server said, nor later than its client waits', async () => {
    const { log, session } = await behind({ timeout: '5s' });
    const refused = { nonce: 'late', status: 429, retryAfter: 3_600 };
    const { error } = await callTool(session, 'late', 'far__status', refused);
    expect(error?.data).toMatchObject({ executed: 'no', retryAfterMs: 3_600_000 });
    expect(await called(log)).toEqual(['called status late']);
  });

  it('is not repeated without end: an outage gets 1.2 times what clients ask for, and three (R7)', async () => {
    const CALLS = 100;
    const { log, session } = await behind({ breaker: false, tools: { retrySafe: ['*'] } });
    for (let call = 0; call < CALLS; call += 1) {
      await callTool(session, `${call}`, 'far__status', { nonce: `${call}`, status: 503 });
    }
    const { length } = await called(log);
    expect(length).toBeLessThanOrEqual(CALLS * 1.2 + 3);
    expect(length).toBeGreaterThan(CALLS);
  });
});

/** A scripted server behind a gateway, and a client of it. */
async function behind(entry: object = {}, env: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const log = path.join(folder, 'far.log');
  const { url } = await startFixture('http-server.mjs', { NAME: 'far', LOG: log });
  const gateway = await serve({ mcpServers: { far: { url, ...entry } } }, { folder, env });
  await gateway.phase('far', 'ready');
  return { gateway, log, session: await openSession(gateway.url, 'ada') };
}

/** Calls that the server answers with 503, one after another. */
async function fail(session: RawSession, count: number): Promise<void> {
  for (let call = 0; call < count; call += 1) {
    const { error } = await callTool(session, `bad-${call}`, 'far__status', {
      nonce: `${call}`,
      status: 503,
    });
    expect(error?.data).toMatchObject({ executed: 'unknown' });
  }
}

/** Calls until one gets through; the wait between two of them is the gateway's to say. */
async function untilAnswered(session: RawSession): Promise<void> {
  for (let call = 0; call < 1_000_000; call += 1) {
    const { result, error } = await callTool(session, `try-${call}`, 'far__echo', { nonce: 'try' });
    if (result) return;
    expect(error?.data).toMatchObject({ code: 'SWY-E711', executed: 'no' });
  }
  throw new Error('it never let a call through');
}

async function called(log: string): Promise<readonly string[]> {
  return (await linesOf(log)).filter((line) => line.startsWith('called'));
}

/** The lines of the page of metrics. */
async function metrics({ admin }: Gateway): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${admin.token}` };
  const response = await fetch(new URL('/metrics', admin.url), { headers });
  return (await response.text()).split('\n');
}
