import { describe, expect, it } from '@jest/globals';
import { ConfigurationStore } from '@switchyard/kernel';
import { parseConfiguration } from '../configuration/index.ts';
import { PolicyService } from './policy-service.ts';

const read = (servers: object) =>
  parseConfiguration(JSON.stringify({ mcpServers: servers }), { folder: '/', env: {} });

function opened(servers: object) {
  const store = new ConfigurationStore(read(servers));
  const policies = new PolicyService(store.snapshot$);
  const changed: string[] = [];
  policies.changes$.subscribe((name) => changed.push(name));
  return { policies, changed, replace: (next: object) => store.replace(read(next)) };
}

describe('PolicyService', () => {
  it('says what an entry says of calls, and the usual where it says nothing', () => {
    const { policies } = opened({
      plain: { command: 'x' },
      own: {
        command: 'x',
        timeout: '5s',
        breaker: { failures: 2, cooldown: '1s' },
        tools: { retrySafe: ['get_*'] },
      },
      off: { command: 'x', breaker: false },
    });
    expect(policies.of('plain')).toMatchObject({
      timeoutMs: 60_000,
      breaker: { failures: 5, windowMs: 30_000, cooldownMs: 5_000 },
    });
    expect(policies.of('own')).toMatchObject({
      timeoutMs: 5_000,
      breaker: { failures: 2, windowMs: 30_000, cooldownMs: 1_000 },
    });
    expect(['get_user', 'set_user'].map((tool) => policies.of('own')?.retrySafe(tool))).toEqual([
      true,
      false,
    ]);
    expect(policies.of('plain')?.retrySafe('get_user')).toBe(false);
    expect(policies.of('off')?.breaker).toBe(false);
    expect(policies.of('nobody')).toBeUndefined();
  });

  it('tells of each server whose policy changed, came or went, and keeps the others', () => {
    const { policies, changed, replace } = opened({
      a: { command: 'x' },
      b: { command: 'x' },
      c: { command: 'x' },
    });
    const before = policies.of('a');
    replace({ a: { command: 'x' }, b: { command: 'x', timeout: '5s' }, d: { command: 'x' } });
    expect(changed.sort()).toEqual(['b', 'c', 'd']);
    expect(policies.of('a')).toBe(before);
    expect([policies.of('b')?.timeoutMs, policies.of('c')]).toEqual([5_000, undefined]);
    replace({ a: { command: 'y' }, b: { command: 'x', timeout: '5s' }, d: { command: 'x' } });
    expect(changed.slice(3)).toEqual(['a']);
  });
});
