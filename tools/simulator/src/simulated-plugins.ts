import {
  definePlugin,
  defineTransport,
  endpoints,
  ledger,
  transports,
  type Clock,
  type Door,
  type LedgerBalance,
} from '@switchyard/plugin-api';
import { simulatedWire, type WireParts } from './simulated-wire.ts';

/** What a server's entry says to its transport. */
interface Target {
  readonly version: number;
}

/** Both ways to reach a server: as a process of ours, and somewhere else. */
export const transportPlugin = (parts: Pick<WireParts, 'clock' | 'world' | 'note'>) =>
  definePlugin({
    id: 'simulated-transport',
    api: 1,
    setup(host) {
      for (const kind of ['spawn', 'net'] as const) {
        const transport = defineTransport({
          kind,
          remote: kind === 'net',
          target: {
            '~standard': {
              version: 1,
              vendor: 'simulator',
              validate: (value) => ({ value: value as Target }),
            },
          },
          open: ({ version }, { server }) =>
            simulatedWire({ ...parts, server, version, isRemote: kind === 'net' }),
        });
        host.contribute(transports, transport);
      }
    },
  });

/** What the simulation has of the gateway's side of the door. */
export interface OpenDoor {
  door: Door | undefined;
  balance: () => LedgerBalance;
  /** It was told to close: whatever comes now comes too late. */
  isClosing: boolean;
}

/** A door that lets the clients of the simulation in, and closes when they have their answers. */
export function doorPlugin(clock: Clock, isBusy: () => boolean) {
  const opened: OpenDoor = {
    door: undefined,
    balance: () => ({ accepted: 0, answered: 0, cancelled: 0, inFlight: 0 }),
    isClosing: false,
  };
  const plugin = definePlugin({
    id: 'simulated-door',
    api: 1,
    needs: [ledger],
    setup(host) {
      opened.balance = host.get(ledger);
      host.contribute(endpoints, {
        kind: 'simulated',
        open: async (door) => {
          opened.door = door;
          return {};
        },
        close: (graceMs) => {
          opened.isClosing = true;
          return new Promise((resolve) => {
            const until = clock.now() + graceMs;
            const look = (): void => {
              if (!isBusy() || clock.now() >= until) resolve();
              else clock.after(20, look);
            };
            look();
          });
        },
      });
    },
  });
  return { opened, plugin };
}
