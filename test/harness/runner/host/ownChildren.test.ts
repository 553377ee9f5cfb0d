import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../../../harness/forkserver/addon.js';
import { createOrphanReaper, findZombies } from '../../../../harness/runner/host/orphans.js';
import { OwnChildren } from '../../../../harness/runner/host/ownChildren.js';

const { addon } = loadAddon();

describe('a child that Node has started', () => {
  test('is its own until its end has been told', async () => {
    using own = new OwnChildren();
    const child = spawn('true');
    expect(own.has(child.pid as number)).toBe(true);
    await once(child, 'exit');
    expect(own.has(child.pid as number)).toBe(false);
  });

  test('is nobody when it could not be started', async () => {
    using own = new OwnChildren();
    await once(spawn('/no/such/program'), 'error');
    expect(own.has(undefined as unknown as number)).toBe(false);
  });

  // The threads of a process that ends may take long to go, and it is shown as ended meanwhile:
  // looks of a busy host can find it again and again before Node has had its turn.
  test.skipIf(addon === null)('keeps its exit, though the host sees it twice first', async () => {
    using own = new OwnChildren();
    const looks: (() => void)[] = [];
    const look = createOrphanReaper({
      zombies: findZombies,
      isNodes: (pid) => own.has(pid),
      reap: (pid) => addon?.reap(pid),
      later: (call) => void looks.push(call),
    });
    const child = spawn('true');
    const ended = once(child, 'exit');
    // No turn of the event loop from here to the last look.
    while (!findZombies().includes(child.pid as number));
    look();
    looks.shift()?.();
    looks.shift()?.();
    expect(findZombies()).toContain(child.pid);
    expect(await ended).toEqual([0, null]);
  });
});
