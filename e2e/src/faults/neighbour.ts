import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { RawSession } from '../harness/raw-session.ts';
import { callTool } from '../harness/rpc.ts';

/** Calls a healthy server for as long as another one fails. */
export interface Neighbour {
  /** @throws if one of its calls was not answered as it should be. */
  stop(): Promise<{ readonly calls: number; readonly slowestMs: number }>;
}

/** Often enough to notice, and not so often that it is the load. */
const EVERY_MS = 10;

/** Begins to call `healthy__record`, one call after the other. */
export function neighbour(session: RawSession): Neighbour {
  let stopped = false;
  const run = async () => {
    let calls = 0;
    let slowestMs = 0;
    do {
      calls += 1;
      const beganAt = performance.now();
      const { result } = await callTool(session, calls, 'healthy__record', { nonce: `b${calls}` });
      slowestMs = Math.max(slowestMs, performance.now() - beganAt);
      expect(result?.content).toEqual([{ type: 'text', text: `b${calls} at healthy` }]);
      await pause(EVERY_MS);
    } while (!stopped);
    return { calls, slowestMs };
  };
  const ended = run();
  // Looked at when it is stopped.
  ended.catch(() => {});
  return {
    stop: () => {
      stopped = true;
      return ended;
    },
  };
}
