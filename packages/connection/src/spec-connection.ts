import type { ServerLists } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import type { ConnectionContext } from './connection-context.ts';
import { Connection } from './connection.ts';
import { phaseOf } from './phase.ts';
import { watch } from './spec-call.ts';
import { settled, virtualClock } from './spec-clock.ts';
import { recordingLog } from './spec-log.ts';
import { ScriptedServer } from './spec-server.ts';
import { TIMINGS, type Timings } from './timings.ts';

/** What all specs give a connection, with a clock and a log of their own. */
export function contextOf(changes: Partial<ConnectionContext> = {}) {
  return {
    server: 'sample',
    era: legacy,
    introduction: { name: 'switchyard', version: '0.0.0', capabilities: {} },
    timings: TIMINGS,
    maxMessageBytes: 1024 * 1024,
    maxDepth: 64,
    onNotice: () => {},
    logLevel: () => undefined,
    random: { next: () => 0.5 },
    nextSeq: counter(),
    ...changes,
    clock: virtualClock(),
    log: recordingLog(),
  };
}

function counter(): () => number {
  let last = 0;
  return () => (last += 1);
}

type Changes = Partial<Omit<ConnectionContext, 'timings'>> & { readonly timings?: Partial<Timings> };

/** A connection to a scripted server, and everything that a test may want to know of it. */
export function connected({ timings, ...changes }: Changes = {}) {
  const server = new ScriptedServer();
  const lists: ServerLists[] = [];
  const context = {
    ...contextOf({ ...changes, timings: { ...TIMINGS, ...timings } }),
    openWire: changes.openWire ?? server.openWire,
    onLists: changes.onLists ?? ((read: ServerLists) => void lists.push(read)),
  };
  const connection = new Connection(context);
  const phases: string[] = [];
  connection.state$.subscribe((state) => {
    const phase = phaseOf(state);
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  return {
    ...context,
    server,
    lists,
    connection,
    phases,
    call: (call?: Parameters<typeof watch>[1]) => watch((...given) => connection.execute(...given), call),
    /** Starts it, and lets all happen that needs no time. */
    started: async () => {
      connection.start();
      await settled();
    },
  };
}

/** A connection that is ready. */
export async function ready(changes?: Changes) {
  const parts = connected(changes);
  await parts.started();
  if (parts.connection.state.phase !== 'ready') throw new Error(`is ${parts.connection.state.phase}`);
  return parts;
}
