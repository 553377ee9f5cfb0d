import { readFileSync } from 'node:fs';

/** What reaping needs of the world. */
export interface OrphanPorts {
  /** Children of this process that have ended and that nobody has asked for. */
  zombies(): readonly number[];
  reap(pid: number): void;
  /** Calls back later, the event loop having turned. */
  later(call: () => void): void;
}

/**
 * Takes the exit status of orphans that came to us as their subreaper. Elsewhere init does that;
 * without it a test that asks by signal 0 whether its grandchild has ended is told "no" for ever.
 *
 * Children of our own are Node's to reap, which it does as soon as the event loop turns: only what
 * is still there at a second look is an orphan.
 *
 * @returns to be called whenever a child may have ended
 */
export function createOrphanReaper({ zombies, reap, later }: OrphanPorts): () => void {
  let isLooking = false;
  let isAskedAgain = false;
  const look = (): void => {
    isAskedAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    later(() => {
      const seen = new Set(zombies());
      later(() => {
        isLooking = false;
        for (const pid of zombies()) if (seen.has(pid)) reap(pid);
        // One that ended between the two looks was seen once only.
        if (isAskedAgain) look();
      });
    });
  };
  return look;
}

/** Children of this process that have ended (Linux; elsewhere none are found). */
export function findZombies(): number[] {
  const self = process.pid;
  const children = read(`/proc/${self}/task/${self}/children`);
  return children
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number)
    .filter((pid) => {
      const stat = read(`/proc/${pid}/stat`);
      // The command's name stands in parentheses and may hold any character: count from its end.
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
