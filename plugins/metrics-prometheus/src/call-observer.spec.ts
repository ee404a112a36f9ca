import { describe, expect, it } from '@jest/globals';
import { failed, SwitchyardError, type Outcome } from '@switchyard/plugin-api';
import { createCallObserver } from './call-observer.ts';
import { ownFamilies } from './families.ts';
import { createServerRecords } from './server-records.ts';
import { NO_RELOADS } from './spec-gateway.ts';
import { parsePage, textOf, valueOf } from './spec-page.ts';
import { callOf, refusal, RESULT, statusOf, viewOf } from './spec-views.ts';
import { createToolLabels } from './tool-labels.ts';

const CLIENT = 'mcp_client_operation_duration_seconds';
const SERVER = 'mcp_server_operation_duration_seconds';

function observing({ toolLabelLimit = 1_000, servers = [viewOf('files'), viewOf('git')] } = {}) {
  const present = { servers };
  const tools = createToolLabels(toolLabelLimit, (text) => text.replaceAll('s3cret', '[redacted]'));
  const records = createServerRecords({ list: () => present.servers }, (record) => tools.forget(record));
  const { observer, counts } = createCallObserver(records, tools);
  let calls = 0;
  return {
    tools,
    counts,
    present,
    observer,
    /** A call from beginning to end, as the pipeline tells of it. */
    call(server: string, tool: string, outcome: Outcome = RESULT, more: Parameters<typeof callOf>[1] = {}) {
      const call = callOf(`c-${(calls += 1)}`, { name: `${server}__${tool}`, ...more });
      observer.attemptEnded!({ ...call, name: tool, server }, outcome, 150);
      observer.callEnded!(call, outcome, 160);
    },
    lines() {
      records.sync(present.servers);
      const status = statusOf(present.servers);
      return parsePage(
        textOf(
          ownFamilies({
            status,
            reloads: NO_RELOADS,
            records: records.all,
            calls: counts,
            logLines: {},
            shed: {},
          }),
        ),
      );
    },
  };
}

describe('a call', () => {
  it('is on both sides, with what it took', () => {
    const { call, lines } = observing();
    call('files', 'read');
    call('files', 'read');
    expect(
      valueOf(lines(), `${CLIENT}_count`, {
        mcp_server: 'files',
        mcp_method_name: 'tools/call',
        gen_ai_tool_name: 'read',
        error_type: '',
        network_transport: 'pipe',
        mcp_protocol_version: '2025-11-25',
      }),
    ).toBe(2);
    expect(valueOf(lines(), `${CLIENT}_sum`)).toBeCloseTo(0.3);
    expect(valueOf(lines(), `${CLIENT}_bucket`, { le: '0.1' })).toBe(0);
    expect(valueOf(lines(), `${CLIENT}_bucket`, { le: '0.2' })).toBe(2);
    expect(valueOf(lines(), `${SERVER}_count`, { mcp_method_name: 'tools/call', error_type: '' })).toBe(2);
    expect(valueOf(lines(), `${SERVER}_sum`)).toBeCloseTo(0.32);
    expect(valueOf(lines(), 'switchyard_client_requests_total', { client_name: 'spec' })).toBe(2);
  });

  it('costs what no server had', () => {
    const { call, lines } = observing();
    call('files', 'read');
    expect(valueOf(lines(), 'switchyard_overhead_seconds_sum')).toBeCloseTo(0.01);
  });

  it('that no server had has no overhead to tell of', () => {
    const { observer, lines } = observing();
    observer.callEnded!(callOf('c-1', { method: 'tools/list' }), RESULT, 5);
    expect(valueOf(lines(), `${SERVER}_count`, { mcp_method_name: 'tools/list' })).toBe(1);
    expect(valueOf(lines(), 'switchyard_overhead_seconds_count')).toBeUndefined();
  });

  it('is told by how it ended', () => {
    const { call, lines } = observing();
    call('files', 'read');
    call('files', 'read', refusal(-32602));
    call('files', 'read', { kind: 'cancelled', reason: 'client' });
    const count = (type: string) => valueOf(lines(), `${CLIENT}_count`, { error_type: type });
    expect(['', '-32602', 'cancelled'].map(count)).toEqual([1, 1, 1]);
  });

  it('that was refused says why, at its server or before there was one', () => {
    const { call, observer, lines } = observing();
    const refused = (code: 'OVERLOADED' | 'TOOL_NOT_FOUND') =>
      failed({ id: '' }, new SwitchyardError(code), { executed: 'no', phase: 'routing' });
    call('files', 'read', refused('OVERLOADED'));
    observer.callEnded!(callOf('x'), refused('TOOL_NOT_FOUND'), 1);
    const count = (mcp_server: string, reason: string) =>
      valueOf(lines(), 'switchyard_requests_rejected_total', { mcp_server, reason });
    expect(count('files', 'queue_full')).toBe(1);
    expect(count('git', 'queue_full')).toBe(0);
    expect(count('', 'unknown_name')).toBe(1);
  });

  it('over another protocol version has a series of its own', () => {
    const { call, present, lines } = observing();
    call('files', 'read');
    present.servers = [viewOf('files', { protocolVersion: '2025-06-18' })];
    lines();
    call('files', 'read');
    const count = (version: string) => valueOf(lines(), `${CLIENT}_count`, { mcp_protocol_version: version });
    expect(['2025-11-25', '2025-06-18'].map(count)).toEqual([1, 1]);
  });
});

describe('a message', () => {
  it('is counted by direction', () => {
    const { observer, lines } = observing();
    observer.frame!({ server: 'files', direction: 'out', kind: 'request', bytes: 100 });
    observer.frame!({ server: 'files', direction: 'in', kind: 'response', bytes: 30 });
    observer.frame!({ server: 'files', direction: 'in', kind: 'notification', bytes: 5 });
    const bytes = (direction: string) =>
      valueOf(lines(), 'switchyard_transport_bytes_total', { mcp_server: 'files', direction });
    const frames = (direction: string) =>
      valueOf(lines(), 'switchyard_frames_total', { mcp_server: 'files', direction });
    expect([bytes('in'), bytes('out')]).toEqual([35, 100]);
    expect([frames('in'), frames('out')]).toEqual([2, 1]);
  });

  it('of a server that is not configured is nobody’s', () => {
    const { observer, lines } = observing();
    observer.frame!({ server: 'gone', direction: 'out', kind: 'request', bytes: 100 });
    expect(lines().filter(({ labels }) => labels['mcp_server'] === 'gone')).toEqual([]);
  });
});

describe('labels', () => {
  const names = (lines: ReturnType<typeof parsePage>, label: string) => [
    ...new Set(lines.flatMap(({ labels }) => (label in labels ? [labels[label]!] : []))),
  ];

  it('are methods of MCP, or _other', () => {
    const { observer, lines } = observing();
    for (const method of ['ping', 'evil/one', 'constructor', '"} 1\n'])
      observer.callEnded!(callOf('c', { method }), RESULT, 1);
    expect(names(lines(), 'mcp_method_name').sort()).toEqual(['_other', 'ping']);
    expect(valueOf(lines(), `${SERVER}_count`, { mcp_method_name: '_other' })).toBe(3);
  });

  it('are as many tools as the limit says, and no call is lost', () => {
    const { call, tools, lines } = observing({ toolLabelLimit: 3 });
    for (let index = 0; index < 10; index += 1) {
      call('files', `tool${index}`);
      call('files', `tool${index}`);
    }
    expect(names(lines(), 'gen_ai_tool_name')).toEqual(['tool0', 'tool1', 'tool2', '_other']);
    expect(valueOf(lines(), `${CLIENT}_count`, { gen_ai_tool_name: '_other' })).toBe(14);
    expect(tools.shed).toBe(14);
  });

  it('of tools make room when their server goes, and go with it', () => {
    const { call, present, lines } = observing({ toolLabelLimit: 1 });
    call('files', 'read');
    present.servers = [viewOf('git')];
    expect(names(lines(), 'mcp_server')).toEqual(['git']);
    call('git', 'log');
    expect(valueOf(lines(), `${CLIENT}_count`, { gen_ai_tool_name: 'log' })).toBe(1);
  });

  it('of tools can be off', () => {
    const { call, tools, lines } = observing({ toolLabelLimit: 0 });
    call('files', 'read');
    call('files', 'write');
    expect(valueOf(lines(), `${CLIENT}_count`, { mcp_server: 'files', gen_ai_tool_name: '' })).toBe(2);
    expect(tools.shed).toBe(0);
  });

  it.each(['_other', 'x'.repeat(129), '\ud800', 'tell-s3cret'])(
    'never show the tool %j by its name',
    (tool) => {
      const { call, lines } = observing();
      call('files', tool);
      call('files', 'x'.repeat(200));
      expect(valueOf(lines(), `${CLIENT}_count`, { gen_ai_tool_name: '_other' })).toBe(2);
    },
  );

  it('of clients are a hundred at most', () => {
    const { call, counts, lines } = observing();
    for (let index = 0; index < 150; index += 1) {
      const client = { ...callOf('c').client, name: `client "${index}"\n` };
      call('files', 'read', RESULT, { client });
    }
    expect(names(lines(), 'client_name')).toHaveLength(101);
    expect(valueOf(lines(), 'switchyard_client_requests_total', { client_name: '_other' })).toBe(50);
    expect(counts.clientNames.shed).toBe(50);
  });

  it('of codes and versions that servers and clients make up are bounded', () => {
    const { call, lines } = observing();
    for (let index = 0; index < 200; index += 1) {
      const client = { ...callOf('c').client, protocolVersion: `v${index}` };
      call('files', 'read', refusal(index), { client });
    }
    expect(names(lines(), 'error_type').length).toBeLessThanOrEqual(41);
    expect(names(lines(), 'mcp_protocol_version').length).toBeLessThanOrEqual(18);
  });

  it('say nothing of who calls, with what, or which call it is', () => {
    const { call, lines } = observing();
    const secret = 'canary-9f3a';
    call('files', 'read', RESULT, { principal: secret, audience: secret });
    call('files', secret, RESULT, { method: 'resources/read', name: `file:///${secret}` });
    expect(JSON.stringify(lines())).not.toContain(secret);
  });
});
