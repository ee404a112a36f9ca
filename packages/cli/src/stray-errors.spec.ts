import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { strayErrors } from './stray-errors.ts';

describe('an error that nobody caught', () => {
  it('is logged with its stack: a rejection ends nothing, an exception asks for the end', async () => {
    const lines: unknown[] = [];
    const process = new EventEmitter();
    let ends = 0;
    const stray = strayErrors(process as unknown as NodeJS.Process, {
      error: (message, fields) => void lines.push([message, fields]),
    });
    void stray.then(() => (ends += 1));
    process.emit('unhandledRejection', new Error('unheard'));
    process.emit('unhandledRejection', 'no error at all');
    await new Promise(setImmediate);
    expect(ends).toBe(0);
    process.emit('uncaughtException', new Error('out of a timer'));
    process.emit('uncaughtException', new Error('and again'));
    await stray;
    expect(ends).toBe(1);
    expect(lines).toEqual([
      [
        expect.stringContaining('unhandled rejection'),
        { error: new Error('unheard'), stack: expect.stringContaining('stray-errors.spec') },
      ],
      [expect.stringContaining('unhandled rejection'), { error: 'no error at all' }],
      [
        expect.stringContaining('uncaught exception'),
        { error: new Error('out of a timer'), stack: expect.stringContaining('stray-errors.spec') },
      ],
      [
        expect.stringContaining('uncaught exception'),
        { error: new Error('and again'), stack: expect.any(String) },
      ],
    ]);
  });
});
