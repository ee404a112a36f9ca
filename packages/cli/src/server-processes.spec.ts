import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { ServerView } from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
import { watchProcesses } from './server-processes.ts';

const stubborn = () =>
  spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000)"], {
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  });

const view = (name: string, ...pids: (number | undefined)[]) =>
  ({ name, connections: pids.map((pid) => ({ pid })) }) as unknown as ServerView;

describe('the processes of servers', () => {
  it('are ended by force: those that are listed, and those that were told of and have not ended', async () => {
    const [listed, second, told, ended] = [stubborn(), stubborn(), stubborn(), stubborn()];
    const exits = Promise.all([listed, second, told].map((child) => once(child, 'exit')));
    const changes$ = new Subject<ServerView>();
    // Of a server whose clients have a process of their own, all of them.
    const processes = watchProcesses({ list: () => [view('listed', listed.pid, second.pid)], changes$ });
    changes$.next(view('told', told.pid));
    // Its number may be somebody else's by now.
    changes$.next(view('ended', ended.pid));
    changes$.next(view('ended'));
    processes.kill();
    expect(await exits).toEqual([
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ]);
    expect([ended.exitCode, ended.signalCode]).toEqual([null, null]);
    // Twice does no harm.
    processes.kill();
    ended.kill('SIGKILL');
    await once(ended, 'exit');
  });
});
