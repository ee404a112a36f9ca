import {
  catalogs,
  definePlugin,
  endpoints,
  routers,
  SwitchyardError,
  transports,
  type AnyPlugin,
  type Door,
  type Wire,
} from '@switchyard/plugin-api';
import type { PluginReference } from '@switchyard/kernel';
import { EMPTY_CATALOG } from './catalog-service.ts';
import { parseConfiguration } from './configuration/index.ts';
import { RESULT } from './spec-calls.ts';

/** What happened, in order: plugins of a spec write their line here. */
export type Diary = string[];

export function installed(plugin: AnyPlugin): PluginReference {
  return { name: plugin.id, from: '/', plugin };
}

/** A catalog of nothing. */
export function emptyCatalog(diary: Diary, id = 'catalog', snapshot = EMPTY_CATALOG): AnyPlugin {
  return definePlugin({
    id,
    api: 1,
    setup(host) {
      diary.push(`${id} set up`);
      host.own(() => void diary.push(`${id} undone`));
      host.contribute(catalogs, {
        name: id,
        open: async () => {
          diary.push('catalog opened');
          return { snapshot, configure: () => ({}), put: () => ({}) };
        },
      });
    },
  });
}

/** A router that answers everything itself. */
export function answeringRouter(diary: Diary): AnyPlugin {
  return definePlugin({
    id: 'router',
    api: 1,
    setup(host) {
      diary.push('router set up');
      host.own(() => void diary.push('router undone'));
      host.contribute(routers, { name: 'answering', route: () => ({ kind: 'answer', outcome: RESULT }) });
    },
  });
}

/** A door that writes down what is done to it, and gives away what it was opened with. */
export function diaryDoor(
  diary: Diary,
  { fails = false, close }: { readonly fails?: boolean; readonly close?: () => Promise<void> } = {},
): AnyPlugin & { readonly opened: () => Door | undefined } {
  let given: Door | undefined;
  const plugin = definePlugin({
    id: 'door',
    api: 1,
    setup(host) {
      host.contribute(endpoints, {
        kind: 'diary',
        async open(door) {
          given = door;
          diary.push('door opened');
          if (fails)
            throw new SwitchyardError('PORT_IN_USE', { host: '127.0.0.1', port: 1, by: '', free: 2 });
          return { url: 'diary:' };
        },
        async close() {
          diary.push('door closed');
          await close?.();
        },
      });
    },
  });
  return { ...plugin, opened: () => given };
}

/** A transport whose wires say nothing and end when they are closed. */
export function silentTransport(diary: Diary, id = 'transport'): AnyPlugin {
  return definePlugin({
    id,
    api: 1,
    setup(host) {
      host.contribute(transports, {
        kind: 'silent',
        keys: ['command'],
        target: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } },
        open: (_target, { server }) => silentWire(diary, server),
      });
    },
  });
}

function silentWire(diary: Diary, server: string): Wire {
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  return {
    info: {},
    closed: closed.then(() => ({ cause: 'was closed' })),
    open: async () => void diary.push(`${server} started`),
    send: async () => 'sent',
    async close() {
      diary.push(`${server} closed`);
      close();
    },
  };
}

export function configurationOf(mcpServers: Readonly<Record<string, unknown>>) {
  return parseConfiguration(JSON.stringify({ mcpServers }), { folder: '/', env: {} });
}
