import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { figure } from './harness/figure.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { realServers } from './harness/real-servers.ts';

const ROUNDS = 3;
/** The aim is 250 ms beyond a Node that does nothing; ten times all of it is a fault on any machine. */
const LISTENING_MS = 250;
const BOUND = 10;
/** The aim is 110 MB. */
const IDLE_MB = 220;

describe('a clean start', () => {
  it('listens soon after Node itself could', async () => {
    const bare: number[] = [];
    const serving: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const beganAt = performance.now();
      await once(spawn(process.execPath, ['-e', '0'], { env: {} }), 'exit');
      bare.push(performance.now() - beganAt);
      const gateway = await serve({ mcpServers: {} });
      serving.push(gateway.listeningAfterMs);
      await gateway.stop();
    }
    const ms = Math.min(...serving);
    const least = Math.min(...bare);
    figure('listening, beyond what a bare Node takes', ms - least, 'ms');
    expect(ms).toBeLessThan(BOUND * (least + LISTENING_MS));
  });

  it('stays small with four servers', async () => {
    const folder = await temporaryFolder();
    const four = Object.fromEntries(Object.entries(await realServers(folder)).slice(0, 4));
    const gateway = await serve({ mcpServers: four }, { folder });
    await Promise.all(Object.keys(four).map((name) => gateway.phase(name, 'ready')));
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(gateway.pid)]);
    const mb = Number(stdout) / 1024;
    figure('resident memory of the gateway, idle with four servers', mb, 'MB');
    expect(mb).toBeLessThan(IDLE_MB);
  });
});
