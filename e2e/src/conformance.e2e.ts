import { describe, expect, it } from '@jest/globals';
import { runConformance, withStatus } from './harness/conformance.ts';
import { startFixture } from './harness/http-server.ts';

/** What the suite counts in 0.1.16; notes that it makes beside are not counted. */
const ALL = 44;

describe('the official conformance suite', () => {
  it('passes the fixture itself, so that what is red below is the gateway', async () => {
    const checks = await runConformance((await startFixture('conformance-server.mjs')).url);
    expect(withStatus(checks, 'FAILURE')).toEqual([]);
    expect(withStatus(checks, 'SUCCESS')).toHaveLength(ALL);
  });
});
