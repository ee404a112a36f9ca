import { afterEach, describe, expect, it } from '@jest/globals';
import { failed, SwitchyardError, type Outcome } from '@switchyard/plugin-api';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';
import type { Line } from './spec-page.ts';
import { callOf, connectionOf, refusal, RESULT, STARTED, transition, viewOf } from './spec-views.ts';

afterEach(closeGateways);

const PER_TOOL = /^mcp_client_operation_duration_seconds/;
const RUN: readonly (readonly [method: string, outcome: Outcome])[] = [
  ['tools/call', RESULT],
  ['prompts/get', RESULT],
  ['resources/read', RESULT],
  ['resources/read', refusal(-32002)],
];

/** What happens to a server in a bad week: a crash, a loop, orders, refusals, calls of every kind. */
function live({ tell, observer }: SpecGateway, server: string, tools: number): void {
  const transitions = [
    ...STARTED,
    transition(4, 'ready', 'backoff', 'lost', { code: 'SWY-E206' }),
    transition(5, 'backoff', 'starting', 'due', { run: 2 }),
    transition(6, 'ready', 'stopping', 'drain', { run: 2 }),
    transition(7, 'stopping', 'stopped', 'closed', { run: 2 }),
    transition(8, 'stopped', 'starting', 'start', { run: 3 }),
  ];
  const connections = [connectionOf('primary', 1)];
  tell(viewOf(server, { transitions, connections, readyAfterMs: 100, dropped: 1 }));
  for (const direction of ['in', 'out'] as const)
    for (const kind of ['request', 'response', 'notification'] as const)
      observer.frame({ server, direction, kind, bytes: 10 });
  for (const [method, outcome] of RUN) call(observer, server, { method }, outcome);
  for (let tool = 0; tool < tools; tool += 1) call(observer, server, { name: `tool${tool}` }, RESULT);
  // Some tools fail, as some do.
  call(observer, server, { name: 'tool0' }, refusal(-32602));
  const full = new SwitchyardError('OVERLOADED', { server, limit: 1 });
  call(observer, server, { name: 'tool0' }, failed({ id: '' }, full, { executed: 'no', phase: 'waiting' }));
}

function call(observer: SpecGateway['observer'], server: string, more: object, outcome: Outcome): void {
  const made = callOf('c', more);
  observer.attemptEnded({ ...made, server }, outcome, 10);
  observer.callEnded(made, outcome, 11);
}

const byName = (lines: readonly Line[]) =>
  lines.reduce<Record<string, number>>((sums, { name }) => ({ ...sums, [name]: (sums[name] ?? 0) + 1 }), {});

describe('the page', () => {
  it('has no more than 50 series of a server outside of the histogram of its tools', async () => {
    const gateway = await openGateway();
    live(gateway, 'files', 20);
    const lines = (await gateway.read()).filter(
      ({ name, labels }) => labels['mcp_server'] === 'files' && !PER_TOOL.test(name),
    );
    expect([lines.length <= 50, byName(lines)]).toEqual([true, expect.anything()]);
    // And it is a realistic load: nothing that can be there is missing.
    expect(Object.keys(byName(lines))).toHaveLength(20);
  });

  it('has no more than 30,000 series of 50 servers with 20 tools each', async () => {
    const gateway = await openGateway();
    for (let server = 0; server < 50; server += 1) live(gateway, `server${server}`, 20);
    const lines = await gateway.read();
    expect(lines.length).toBeGreaterThan(20_000);
    expect(lines.length).toBeLessThanOrEqual(30_000);
  });
});
