import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process which a test started and nobody ended. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
  /** VITEST_WORKER_ID of the worker it came from. */
  readonly workerId: number | null;
}

/**
 * Finds processes that came from workers and are still there (Linux; elsewhere none are found).
 * A worker's children inherit VITEST_POOL_ID; orphans are handed to the host, their subreaper.
 *
 * @param spare - pids of workers, templates and whatever else is ours
 */
export function findLeftovers(hostPid: number, spare: ReadonlySet<number>): Leftover[] {
  const found: Leftover[] = [];
  for (const { pid } of findDescendants(hostPid)) {
    if (spare.has(pid)) continue;
    const environment = readProc(pid, 'environ');
    if (environment === null || !/(^|\0)VITEST_POOL_ID=/.test(environment)) continue;
    const workerId = /(?:^|\0)VITEST_WORKER_ID=(\d+)/.exec(environment)?.[1];
    const command = (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim() || exeOf(pid);
    found.push({ pid, command, workerId: workerId === undefined ? null : Number(workerId) });
  }
  return found;
}

/** Every process below this one (Linux; elsewhere none are found). */
export function findDescendants(hostPid: number): { readonly pid: number }[] {
  if (process.platform !== 'linux') return [];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? parentOf(pid) : null;
    if (parent !== null) parents.set(pid, parent);
  }
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid), hops = 0; at !== undefined && hops < 64; hops++) {
      if (at === hostPid) return true;
      at = parents.get(at);
    }
    return false;
  };
  return [...parents.keys()].filter(descends).map((pid) => ({ pid }));
}

/** Ends them by their own pids; one that has gone meanwhile is none of our business. */
export function endLeftovers(leftovers: readonly { readonly pid: number }[]): void {
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}

function parentOf(pid: number): number | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;
  // The command's name stands in parentheses and may hold any character: count from its end.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : Number(parent);
}

function readProc(pid: number, what: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return null;
  }
}

function exeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return `process ${pid}`;
  }
}
