import { describe, expect, test } from 'vitest';
import { createOrphanReaper } from '../../../../harness/runner/host/orphans.js';

/** A process table whose turns the test takes by hand. */
function aTable() {
  const zombies = new Set<number>();
  const nodes = new Set<number>();
  const waiting: (() => void)[] = [];
  const reaped: number[] = [];
  const look = createOrphanReaper({
    zombies: () => [...zombies],
    isNodes: (pid) => nodes.has(pid),
    reap: (pid) => {
      zombies.delete(pid);
      reaped.push(pid);
    },
    later: (call) => void waiting.push(call),
  });
  const turn = (): void => waiting.shift()?.();
  return { zombies, nodes, reaped, look, turn, waiting };
}

describe('orphans that have ended', () => {
  test('are reaped at the second look', () => {
    const { zombies, reaped, look, turn } = aTable();
    zombies.add(7);
    look();
    turn();
    expect(reaped).toEqual([]);
    turn();
    expect(reaped).toEqual([7]);
  });

  test('are not taken for a child of Node, however many looks it is seen at', () => {
    const { zombies, nodes, reaped, look, turn } = aTable();
    zombies.add(6).add(7);
    nodes.add(7);
    for (let looks = 0; looks < 3; looks++) {
      look();
      turn();
      turn();
    }
    expect(reaped).toEqual([6]);
  });

  test('are not taken for a child that Node reaps meanwhile', () => {
    const { zombies, reaped, look, turn } = aTable();
    zombies.add(7);
    look();
    turn();
    zombies.delete(7);
    zombies.add(8);
    turn();
    expect(reaped).toEqual([]);
  });

  test('are looked for once, however many signals come together, and once more after', () => {
    const { zombies, reaped, look, turn, waiting } = aTable();
    look();
    look();
    expect(waiting).toHaveLength(1);
    turn();
    zombies.add(9);
    look();
    expect(waiting).toHaveLength(1);
    turn();
    turn();
    turn();
    expect(reaped).toEqual([9]);
    expect(waiting).toEqual([]);
  });
});
