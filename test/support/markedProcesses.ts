import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Name of the variable by which a test knows the processes that it started. */
export const markName = 'FLAKEHOUND_E2E_MARK';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose environment carries the mark: children of children inherit it. Linux only. */
export function markedProcesses(mark: string): MarkedProcess[] {
  const wanted = `${markName}=${mark}`;
  const found: MarkedProcess[] = [];
  for (const name of listProc()) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    if (!read(name, 'environ').split('\0').includes(wanted)) continue;
    const command = read(name, 'cmdline').replaceAll('\0', ' ').trim();
    found.push({ pid: Number(name), command: command.slice(0, 200) });
  }
  return found;
}

/**
 * Waits for marked processes to go. A process that was told to die needs the kernel's time, no
 * more: whoever is still there after a second was left behind.
 */
export async function processesLeft(mark: string): Promise<MarkedProcess[]> {
  let left = markedProcesses(mark);
  for (let look = 0; left.length > 0 && look < 20; look += 1) {
    await delay(50);
    left = markedProcesses(mark);
  }
  return left;
}

/** Ends what was left behind, by its own pid. */
export function endProcesses(left: readonly MarkedProcess[]): void {
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
}

function listProc(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

function read(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}
