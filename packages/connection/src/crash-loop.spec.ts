import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { connected } from './spec-connection.ts';
import { crashLoopProblem } from './crash-loop.ts';
import { INTENSITY, TIMINGS } from './timings.ts';

describe('a server that never lasts', () => {
  it('is called a crash loop after five times, with its last end as the cause; before that it is not', async () => {
    const parts = connected();
    await parts.started();
    const problems = [];
    for (let failures = 1; failures <= INTENSITY; failures += 1) {
      parts.server.wire.lose({ cause: 'exited with code 1', exitCode: 1, stderr: 'no such table\n' });
      await settled();
      problems.push(crashLoopProblem('sample', parts.connection.state));
      if (failures < INTENSITY) await parts.clock.advance(TIMINGS.backoff * 2 ** failures);
    }
    expect(problems).toEqual([
      ...Array.from({ length: INTENSITY - 1 }, () => undefined),
      {
        code: 'SWY-E210',
        message: 'sample: started 5 times and never lasted; it is tried again every 1 to 5 minutes',
        why: 'the server exited with code 1 (SWY-E206); its last words: no such table',
        remedy: expect.stringContaining('fix that'),
      },
    ]);
  });
});
