import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { firstSignal } from './first-signal.ts';

describe('the first signal', () => {
  it('is taken; the second ends at once what is left, then has its default action', async () => {
    const done: unknown[] = [];
    const emitter = new EventEmitter();
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const listeners = () => signals.map((name) => emitter.listenerCount(name));
    const process = Object.assign(emitter, {
      pid: 7,
      kill: (...sent: unknown[]) => done.push(sent, listeners()),
    });
    const signal = firstSignal(process as unknown as NodeJS.Process, signals, () => {
      done.push('at once');
      throw new Error('of what is ended');
    });
    expect(listeners()).toEqual([1, 1]);
    emitter.emit('SIGTERM', 'SIGTERM');
    expect(await signal).toBe('SIGTERM');
    expect([listeners(), done]).toEqual([[1, 1], []]);
    expect(() => emitter.emit('SIGINT', 'SIGINT')).toThrow('of what is ended');
    expect(done).toEqual(['at once', [7, 'SIGINT'], [0, 0]]);
  });
});
