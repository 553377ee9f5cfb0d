import { readFileSync } from 'node:fs';

/** What reaping needs of the world. */
export interface OrphanPorts {
  /** Children of this process that have ended and that nobody has asked for. */
  zombies(): readonly number[];
  /** Whether Node waits for this child, and will take its exit status. */
  isNodes(pid: number): boolean;
  reap(pid: number): void;
  /** Calls back later, the event loop having turned. */
  later(call: () => void): void;
}

/**
 * Takes the exit status of orphans that came to us as their subreaper. Elsewhere init does that;
 * without it a test that asks by signal 0 whether its grandchild has ended is told "no" for ever.
 *
 * Children of our own are Node's to reap, and are left to it: one taken by us would seem to live for
 * ever. How long they have been there tells nothing. A process whose other threads still run is shown
 * as ended before it can be waited for, and on a busy machine that takes many turns of the event
 * loop. The second look is for children that Node knows nothing of, such as a native module's.
 *
 * @returns to be called whenever a child may have ended
 */
export function createOrphanReaper(ports: OrphanPorts): () => void {
  const { isNodes, reap, later } = ports;
  const zombies = () => ports.zombies().filter((pid) => !isNodes(pid));
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
