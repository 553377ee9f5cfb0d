import type { Processes, ProcessIdentity } from '../../src/ports/processes.js';

/** The processes of an imagined machine: all are alive but those that were killed. */
export interface FakeProcesses {
  /** How the process with this pid sees the others. */
  of(pid: number): Processes;
  kill(pid: number): void;
  /** From now on nobody can tell whether it runs. */
  hide(pid: number): void;
}

/** Makes a machine on which nothing was killed. */
export function fakeProcesses(bootId = 'boot-1'): FakeProcesses {
  const killed = new Set<number>();
  const hidden = new Set<number>();
  const identity = (pid: number): ProcessIdentity => ({
    pid,
    startedAt: `${pid}00`,
    bootId,
    place: 'anvil pid:[1]',
  });
  return {
    of: (pid) => ({
      self: () => identity(pid),
      state(other) {
        if (other.bootId !== bootId || killed.has(other.pid)) return 'dead';
        return hidden.has(other.pid) ? 'unknown' : 'alive';
      },
    }),
    kill: (pid) => void killed.add(pid),
    hide: (pid) => void hidden.add(pid),
  };
}
