import { expect } from '@jest/globals';
import { check, readExecutionLogs, type HistoryEvent } from '@switchyard/testing';
import { temporaryFolder } from '../harness/folder.ts';
import { serve, type Gateway } from '../harness/gateway.ts';
import { dataOf } from '../harness/graphql.ts';
import { answered } from '../harness/noted-client.ts';
import { fixture } from '../harness/places.ts';
import { openSession, type RawSession } from '../harness/raw-session.ts';
import { callTool, type Message } from '../harness/rpc.ts';
import { FAULTY, placeIn, START_MS, type Fault, type Place } from './fault.ts';
import { loopWatch } from './loop-delay.ts';
import { neighbour } from './neighbour.ts';
import { RECORDING } from './record.ts';

/** The one that does not fail. */
const HEALTHY = 'healthy';

/** A gateway with a server that fails and one that does not, and a client. */
export interface Bench {
  readonly place: Place;
  readonly gateway: Gateway;
  readonly session: RawSession;
  /** What its clients asked and were told; a test that calls in its own way writes that down too. */
  readonly history: HistoryEvent[];
  /** Calls a tool of the failing server; what comes is looked at again when all is over. */
  call(tool?: string, args?: object, server?: string): Promise<Message>;
  /** So many at once. */
  calls(count: number, tool?: string, args?: object): Promise<Message[]>;
  /** What it says of the failing server now. */
  faulty(): Promise<Awaited<ReturnType<Gateway['server']>>>;
}

/** A bench, and what must be true when a fault is over. */
export interface OpenBench extends Bench {
  /** Stops everything, and looks at what must be true of every fault. */
  settle(): Promise<Common>;
}

/** What is seen of every fault. */
export interface Common {
  readonly loopDelayMs: number;
  readonly neighbour: { readonly calls: number; readonly slowestMs: number };
}

const CLIENT = 'ada';
/** How much faster the gateway's waits pass in the stories, where nothing else is said. */
const HURRY = 10;

/** Starts everything for one fault, and waits until it may happen. */
export async function openBench({
  server,
  others,
  unready,
  hurry = HURRY,
  descriptors,
}: Fault): Promise<OpenBench> {
  const folder = await temporaryFolder();
  const place = placeIn(folder, RECORDING === undefined ? hurry : 1);
  const loop = loopWatch(folder);
  const healthy = {
    command: process.execPath,
    args: [fixture('recorder.mjs')],
    // A path in the folder of the test would be a secret, and what has it in common with others masked.
    env: { NAME: HEALTHY, LOG: '/dev/null' },
    startupTimeout: place.lasting(START_MS),
  };
  const gateway = await serve(
    { mcpServers: { [FAULTY]: server(place), [HEALTHY]: healthy, ...others?.(place) } },
    {
      folder,
      env: { SWITCHYARD_TIME_SCALE: String(place.scale), ...loop.env },
      ...(descriptors !== undefined && { descriptors }),
    },
  );
  await gateway.phase(HEALTHY, 'ready');
  if (!unready) await gateway.phase(FAULTY, 'ready');
  const session = await openSession(gateway.url, CLIENT);
  const history: HistoryEvent[] = [];
  // The admin API is loaded late; what that costs is no fault of a server.
  if (descriptors === undefined) await dataOf(gateway, '{ __typename }');
  await loop.look(gateway.pid);
  const beside = neighbour(await openSession(gateway.url, 'ben'));

  let ids = 0;
  const call: Bench['call'] = async (tool = 'echo', args = {}, of = FAULTY) => {
    ids += 1;
    const id = ids;
    const nonce = `n${id}`;
    history.push({ event: 'invoked', client: CLIENT, id, nonce, server: of });
    const answer = await callTool(session, id, `${of}__${tool}`, { nonce, ...args });
    history.push({ event: 'answered', client: CLIENT, id, answer: answered(answer) });
    return answer;
  };
  return {
    place,
    gateway,
    session,
    history,
    call,
    calls: (count, tool, args) => Promise.all(Array.from({ length: count }, () => call(tool, args))),
    faulty: () => gateway.server(FAULTY),
    async settle() {
      const loopDelayMs = await loop.look(gateway.pid);
      const seen = await beside.stop();
      expect(await gateway.server(HEALTHY)).toMatchObject({ phase: 'ready', restarts: 0, dropped: 0 });
      await gateway.stop();
      const names = [FAULTY, ...Object.keys(others?.(place) ?? {})];
      const logs = Object.fromEntries(names.map((name) => [name, place.logOf(name)]));
      expect(check(history, await readExecutionLogs(logs))).toEqual([]);
      return { loopDelayMs, neighbour: seen };
    },
  };
}
