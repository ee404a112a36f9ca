import { describe, expect, it } from '@jest/globals';
import { inTurn } from './in-turn.ts';

describe('work in turns', () => {
  it('is done in order, one piece a turn, and what it leads to comes after what waits already', async () => {
    const done: string[] = [];
    let turn = 0;
    const count = () => {
      turn += 1;
      if (done.length < 4) setImmediate(count);
    };
    setImmediate(count);
    await new Promise<void>((resolve) => {
      inTurn(() => {
        done.push(`one in ${turn}`);
        inTurn(() => {
          done.push(`four in ${turn}`);
          resolve();
        });
      });
      inTurn(() => done.push(`two in ${turn}`));
      inTurn(() => done.push(`three in ${turn}`));
    });
    expect(done).toEqual(['one in 1', 'two in 2', 'three in 3', 'four in 4']);
  });
});
