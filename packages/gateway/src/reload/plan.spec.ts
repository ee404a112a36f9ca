import { describe, expect, it } from '@jest/globals';
import { parse } from '../configuration/spec-configuration.ts';
import { changesNothing, planReload } from './plan.ts';

const text = (configuration: object): string => JSON.stringify(configuration);
const plan = (before: object, after: object, env: NodeJS.ProcessEnv = {}) =>
  planReload(parse(text(before), env), parse(text(after), env));
const servers = (mcpServers: object) => ({ mcpServers });

describe('the plan of a reload', () => {
  it('has nothing in it for a text that says the same', () => {
    const before = parse('{ "mcpServers": { "files": { "command": "node" } } }');
    const after = parse('{\n  // the files\n  "mcpServers": { "files": { "command": "node", }, },\n}');
    const same = planReload(before, after);
    expect(same).toMatchObject({ servers: [], other: [], restartNeeded: [], unchanged: 1 });
    expect(same.from).not.toBe(same.to);
    expect(changesNothing(same)).toBe(true);
  });

  it('names what comes, goes, changes, is turned on and off', () => {
    const node = { command: 'node' };
    const { servers: changes, unchanged } = plan(
      servers({ same: node, gone: node, other: node, off: node, on: { ...node, enabled: false } }),
      servers({
        same: node,
        other: { command: 'deno' },
        off: { ...node, enabled: false },
        on: node,
        fresh: node,
      }),
    );
    expect(changes).toEqual([
      { server: 'other', change: 'changed', keys: ['command'], how: 'make-first' },
      { server: 'off', change: 'disabled', keys: ['enabled'], how: 'drain' },
      { server: 'on', change: 'enabled', keys: ['enabled'], how: 'start' },
      { server: 'fresh', change: 'added', keys: [], how: 'start' },
      { server: 'gone', change: 'removed', keys: [], how: 'drain' },
    ]);
    expect(unchanged).toBe(1);
  });

  it('takes what needs no other connection in place, and the order of the entry for the rest', () => {
    const { servers: changes } = plan(
      servers({ a: { command: 'node' }, b: { command: 'node' } }),
      servers({ a: { command: 'node', timeout: '90s' }, b: { command: 'deno', reload: 'break-first' } }),
    );
    expect(changes).toEqual([
      { server: 'a', change: 'changed', keys: ['timeout'], how: 'in place' },
      { server: 'b', change: 'changed', keys: ['command', 'reload'], how: 'break-first' },
    ]);
  });

  it('starts an entry that is right now, and keeps what runs of one that is wrong now', () => {
    const { servers: changes } = plan(
      servers({ a: { command: 7 }, b: { command: 'node' } }),
      servers({ a: { command: 'node' }, b: { command: 7 } }),
    );
    expect(changes).toMatchObject([{ how: 'start' }, { how: 'in place' }]);
  });

  it('names variables and principals, and none of their values', () => {
    const told = JSON.stringify(
      plan(
        {
          ...servers({ a: { command: 'node', env: { API_KEY: 'old-secret-value', SAME: '1' } } }),
          listen: { http: { tokens: { ada: 'token-of-ada-1', ben: 'token-of-ben' } } },
        },
        {
          ...servers({ a: { command: 'node', env: { API_KEY: 'new-secret-value', SAME: '1' } } }),
          listen: { http: { tokens: { ada: 'token-of-ada-2', cleo: 'token-of-cleo' } } },
        },
      ),
    );
    expect(JSON.parse(told)).toMatchObject({
      servers: [{ keys: ['env.API_KEY'] }],
      other: ['ada', 'ben', 'cleo'].map((principal) => `listen.http.tokens.${principal}`),
      restartNeeded: [],
    });
    expect(told).not.toMatch(/secret-value|token-of/);
  });

  it.each([
    ['plugins', { plugins: { './own.js': true } }, ['plugins../own.js']],
    ['a port', { listen: { http: { port: 4711 } } }, ['listen.http.port']],
    ['the admin listener', { listen: { admin: { port: 4711 } } }, ['listen.admin.port']],
    ['the first token', { listen: { http: { tokens: { ada: 'a-token' } } } }, ['listen.http.tokens.ada']],
    ['the size of answers', { limits: { maxResponseBytes: '1MiB' } }, ['limits.maxResponseBytes']],
  ])('needs a restart for %s', (_name, after, restartNeeded) => {
    expect(plan({}, after)).toMatchObject({ restartNeeded, other: [] });
  });

  it('takes limits and levels of the log in place', () => {
    const after = {
      limits: { maxProcesses: 7 },
      logging: { level: 'debug', levels: { 'server:a': 'trace' } },
    };
    expect(plan({}, after)).toMatchObject({
      other: ['limits.maxProcesses', 'logging.level', 'logging.levels'],
      restartNeeded: [],
    });
  });
});
