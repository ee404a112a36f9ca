import { afterEach, describe, expect, it } from '@jest/globals';
import { closeGateways, openGateway } from './spec-gateway.ts';
import { valueOf } from './spec-page.ts';

afterEach(closeGateways);

describe('reloads', () => {
  it('are shown as Prometheus shows its own', async () => {
    const { read, present } = await openGateway();
    const before = await read();
    expect(valueOf(before, 'switchyard_config_last_reload_successful')).toBe(1);
    expect(valueOf(before, 'switchyard_config_last_reload_success_timestamp_seconds')).toBe(5);
    present.reloads = {
      successful: false,
      lastSuccessAt: 9_000,
      counts: { applied: 3, unchanged: 1, refused: 2 },
    };
    const after = await read();
    expect(valueOf(after, 'switchyard_config_last_reload_successful')).toBe(0);
    expect(valueOf(after, 'switchyard_config_last_reload_success_timestamp_seconds')).toBe(9);
    for (const [result, count] of Object.entries(present.reloads.counts))
      expect(valueOf(after, 'switchyard_config_reloads_total', { result })).toBe(count);
  });
});
