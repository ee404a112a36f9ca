import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { realClock } from './spec-clock.ts';
import { serverOf, started } from './spec-server.ts';
import { survivorsOf } from './spec-survivors.ts';

/** Waits that would cost a test its time take a tenth of it. */
const fast = { context: { clock: realClock(10) } };

describe('closing', () => {
  it('lets a server end by itself, after what was sent before', async () => {
    const { wire, send, runId } = await started('echo');
    expect(await Promise.all([send('{"id":1}'), send('{"id":2}')])).toEqual(['sent', 'sent']);
    await wire.close();
    expect(survivorsOf(runId)).toEqual([]);
    expect(await wire.closed).toEqual({ cause: 'was stopped' });
  });

  it('ends a server that ignores the end of its stdin and SIGTERM, and resolves when it is gone', async () => {
    const { wire, received, runId } = await started('stubborn', fast);
    await received(1);
    const [first, second] = [wire.close(), wire.close()];
    expect(survivorsOf(runId)).toHaveLength(1);
    await first;
    // Not even a zombie is left, which a signal would still reach.
    expect(() => process.kill(wire.info.pid!, 0)).toThrow('ESRCH');
    await second;
  });

  it('asks with SIGTERM before it kills', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-stop-'));
    const file = join(folder, 'said');
    // It has a second to say so.
    const context = { clock: realClock(2) };
    const { wire, received } = await started('polite', { target: { args: ['polite.mjs', file] }, context });
    await received(1);
    await wire.close();
    expect(await readFile(file, 'utf8')).toBe('good-bye');
    await rm(folder, { recursive: true });
  });

  it('ends what a shell started for it', async () => {
    const target = { command: 'sh', args: ['-c', '"$0" stubborn.mjs; true', process.execPath] };
    const { wire, received, runId } = await started('stubborn', { target, ...fast });
    await received(1);
    expect(survivorsOf(runId)).toHaveLength(2);
    await wire.close();
    expect(survivorsOf(runId)).toEqual([]);
  });

  it('ends what a server left behind, and keeps this process alive until then', async () => {
    const { wire, send, received, runId } = await started('leave');
    await received(1);
    await send('{}');
    await wire.closed;
    expect(survivorsOf(runId)).toEqual([expect.stringContaining('sleep 1000')]);
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = ports();
    const closing = wire.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ports()).toBe(before + 1);
    await closing;
    expect(survivorsOf(runId)).toEqual([]);
  });

  it('ends what left the group of a server, whether it is stopped or was lost, and nothing of another', async () => {
    const leave = `require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      import('./echo.mjs');`;
    const start = async () => {
      const server = await started('echo', { target: { args: ['-e', leave] }, ...fast });
      await server.send('{}');
      await server.received(1);
      expect(survivorsOf(server.runId)).toHaveLength(2);
      return server;
    };
    const [stopped, lost, other] = [await start(), await start(), await start()];
    process.kill(lost.wire.info.pid!, 'SIGKILL');
    await lost.wire.closed;
    await Promise.all([stopped.wire.close(), lost.wire.close()]);
    expect([...survivorsOf(stopped.runId), ...survivorsOf(lost.runId)]).toEqual([]);
    expect(survivorsOf(other.runId)).toHaveLength(2);
  });

  it('ends a server that does not read its stdin', async () => {
    const { wire, received, send } = await started('deaf', fast);
    await received(1);
    const sent = [send('x'.repeat(1_000_000)), send('{}')];
    await wire.close();
    expect(await Promise.all(sent)).toEqual(['sent', 'unsent']);
  });

  it('needs nothing to have been opened, and stops what is being opened', async () => {
    const unopened = serverOf('echo');
    await unopened.wire.close();
    expect(await unopened.wire.closed).toEqual({ cause: 'was stopped' });

    const opening = serverOf('echo');
    const open = opening.open();
    await opening.wire.close();
    await expect(open).rejects.toThrow('the server was stopped');
    expect(survivorsOf(opening.runId)).toEqual([]);
  });

  it('works after a start that failed', async () => {
    const server = serverOf('echo', { target: { command: './absent' } });
    await expect(server.open()).rejects.toThrow('was not found');
    await server.wire.close();
  });
});
