import type { Notice, ServerLists } from '@switchyard/plugin-api';
import { watch } from './spec-call.ts';
import { settled } from './spec-clock.ts';
import { contextOf } from './spec-connection.ts';
import { ScriptedServer } from './spec-server.ts';
import { Supervisor } from './supervisor.ts';
import type { DesiredServer } from './desired-server.ts';

/** A supervisor of scripted servers, and everything that a test may want to know of them. */
export function supervised(limits = { maxProcesses: 256, maxConnections: 2_048 }) {
  const context = contextOf();
  const servers = new Map<string, ScriptedServer>();
  const lists: [string, ServerLists][] = [];
  const changes: string[] = [];
  const supervisor = new Supervisor({
    ...context,
    earlier: undefined,
    limits,
    onLists: (...read) => void lists.push(read),
  });
  const notices: Notice[] = [];
  supervisor.notices$.subscribe((notice) => notices.push(notice));
  supervisor.changes$.subscribe(({ name, phase }) => {
    if (changes.at(-1) !== `${name} ${phase}`) changes.push(`${name} ${phase}`);
  });
  const server = (name: string) => {
    const known = servers.get(name) ?? new ScriptedServer();
    servers.set(name, known);
    return known;
  };
  return {
    ...context,
    supervisor,
    lists,
    changes,
    notices,
    server,
    /** A server as a configuration might want it. */
    desired: (name: string, wanted: Partial<DesiredServer> = {}): DesiredServer => ({
      name,
      digest: 'one',
      enabled: true,
      start: 'eager',
      sharing: 'principal',
      transport: 'scripted',
      openWire: () => server(name).openWire(),
      startMs: 30_000,
      callMs: 60_000,
      ...wanted,
    }),
    apply: async (...desired: DesiredServer[]) => {
      supervisor.apply(desired);
      await settled();
    },
    call: (name: string, changed: Parameters<typeof watch>[1] = {}) =>
      watch((...given) => supervisor.execute(...given), { server: name, ...changed }),
    view: (name: string) => supervisor.views().find((view) => view.name === name)!,
    phases: () => supervisor.views().map(({ name, phase }) => `${name} ${phase}`),
  };
}
