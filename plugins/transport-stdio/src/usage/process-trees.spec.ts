import { describe, expect, it } from '@jest/globals';
import { processTrees, type Members } from './process-trees.ts';
import { members, stat } from './spec-stats.ts';

/** The numbers of the processes of each tree, by root. */
function trees(processes: Members, before: Readonly<Record<number, Members>>): object {
  const given = new Map(Object.entries(before).map(([root, each]) => [Number(root), each]));
  return Object.fromEntries(
    [...processTrees(processes, given)].map(([root, tree]) => [root, [...tree.keys()]]),
  );
}

const NONE = members();

describe('a tree', () => {
  it('is the group of its root, and what descends from it, whatever its group', () => {
    const processes = members(
      stat(1, 0),
      stat(50, 1),
      stat(100, 50),
      stat(101, 100, { group: 100 }),
      stat(102, 101),
      stat(103, 102, { group: 102 }),
      // Its parent ended.
      stat(104, 1, { group: 100 }),
      stat(105, 104),
      stat(200, 50),
      stat(201, 200),
      stat(300, 50),
    );
    expect(trees(processes, { 100: NONE, 200: NONE })).toEqual({
      100: [100, 101, 102, 103, 104, 105],
      200: [200, 201],
    });
  });

  it('keeps what belonged to it before, wherever that is now, and not who got its number', () => {
    const before = members(stat(100, 50), stat(101, 100), stat(102, 101), stat(103, 100));
    const processes = members(stat(102, 1), stat(103, 1, { startedAt: 9 }), stat(104, 102));
    expect(trees(processes, { 100: before })).toEqual({ 100: [102, 104] });
  });

  it('is empty when nothing of it is there, and a circle of parents is no tree', () => {
    expect(trees(members(stat(7, 8), stat(8, 7)), { 100: NONE })).toEqual({ 100: [] });
  });
});
