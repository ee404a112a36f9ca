import { execFile } from 'node:child_process';
import {
  definePlugin,
  logs,
  routers,
  transports,
  type AnyPlugin,
  type Logs,
  type Wire,
} from '@switchyard/plugin-api';

/** What a server of these tests is started with. */
interface LeakyTarget {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A transport that starts a real process, whose last words are all that it says; it logs what it is told, all of it. */
export function carelessTransport(): AnyPlugin {
  return definePlugin({
    id: 'careless',
    api: 1,
    setup(host) {
      host.contribute(transports, {
        kind: 'careless',
        keys: ['command'],
        target: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } },
        open(given, { log }) {
          const target = given as LeakyTarget;
          log.info(`starting ${target.command} ${target.args.join(' ')}`, {
            target,
            env: Object.entries(target.env),
          });
          return carelessWire(target);
        },
      });
    },
  });
}

function carelessWire({ command, args, env }: LeakyTarget): Wire {
  let lose: (loss: Awaited<Wire['closed']>) => void = () => {};
  const closed = new Promise<Awaited<Wire['closed']>>((resolve) => (lose = resolve));
  return {
    info: { target: [command, ...args].join(' ') },
    closed,
    async open() {
      execFile(process.execPath, [...args], { env }, (error, _stdout, stderr) =>
        lose({ cause: `ended: ${error?.message ?? 'well'}`, exitCode: 3, stderr }),
      );
    },
    send: async () => 'sent',
    async close() {
      lose({ cause: 'was stopped' });
    },
  };
}

/** A router that sends every call to one server. */
export function routerTo(server: string): AnyPlugin {
  return definePlugin({
    id: 'router',
    api: 1,
    setup: (host) => host.contribute(routers, { name: 'one', route: () => ({ kind: 'server', server }) }),
  });
}

/** Gives away the token `logs`. */
export function eavesdropper(): AnyPlugin & { readonly logs: () => Logs | undefined } {
  let heard: Logs | undefined;
  const plugin = definePlugin({
    id: 'eavesdropper',
    api: 1,
    needs: [logs],
    setup: (host) => void (heard = host.get(logs)),
  });
  return { ...plugin, logs: () => heard };
}
