import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { firstSignal } from './first-signal.ts';

describe('the first signal', () => {
  it('is taken; the second has its default action again', async () => {
    const emitter = new EventEmitter();
    const signal = firstSignal(emitter as unknown as NodeJS.Process);
    expect(['SIGINT', 'SIGTERM'].map((name) => emitter.listenerCount(name))).toEqual([1, 1]);
    emitter.emit('SIGTERM', 'SIGTERM');
    expect(await signal).toBe('SIGTERM');
    expect(['SIGINT', 'SIGTERM'].map((name) => emitter.listenerCount(name))).toEqual([0, 0]);
  });
});
