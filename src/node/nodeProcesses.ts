import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Processes, ProcessIdentity } from '../ports/processes.js';

/** What `nodeProcesses` asks of the machine; a test may answer instead. */
export interface ProcessSources {
  readonly pid: number;
  readonly host: string;
  /** @throws NodeJS.ErrnoException */
  readText(path: string): string;
  /** @throws NodeJS.ErrnoException */
  readLink(path: string): string;
  /** Sends no signal, only asks whether one could be sent. @throws NodeJS.ErrnoException */
  probe(pid: number): void;
}

/** What a process looks like from outside. */
type Sight =
  | { readonly kind: 'running'; readonly startedAt: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'hidden' };

/**
 * The processes of this machine. On Linux the boot id and the start time tell a process from a later
 * one with its pid; elsewhere a pid that nobody has is dead and any other is `unknown`.
 */
export function nodeProcesses(sources: ProcessSources = machine()): Processes {
  const own: ProcessIdentity = {
    pid: sources.pid,
    startedAt: startOf(sources, sources.pid),
    bootId: orEmpty(() => sources.readText('/proc/sys/kernel/random/boot_id').trim()),
    place: `${sources.host} ${orEmpty(() => sources.readLink('/proc/self/ns/pid'))}`,
  };
  return {
    self: () => own,
    state(of) {
      if (of.bootId !== own.bootId) {
        // The same host under another boot began anew, and nothing of before runs on. Another
        // host, such as one that shares the folder over a network, can't be seen from here.
        return hostOf(of) === hostOf(own) && of.bootId !== '' ? 'dead' : 'unknown';
      }
      // Another container on the same kernel has pids of its own.
      if (of.place !== undefined && of.place !== own.place) return 'unknown';
      const sight = look(sources, of.pid);
      if (sight.kind === 'gone') return 'dead';
      if (sight.kind === 'hidden' || of.startedAt === '') return 'unknown';
      return sight.startedAt === of.startedAt ? 'alive' : 'dead';
    },
  };
}

function machine(): ProcessSources {
  return {
    pid: process.pid,
    host: hostname(),
    readText: (path) => readFileSync(path, 'utf8'),
    readLink: (path) => readlinkSync(path),
    probe: (pid) => {
      process.kill(pid, 0);
    },
  };
}

function look(sources: ProcessSources, pid: number): Sight {
  const seen = readStat(sources, pid);
  if (seen !== undefined) return seen;
  try {
    sources.probe(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return { kind: 'gone' };
  }
  // It is there, yet its start time isn't shown, unless it began only now.
  return readStat(sources, pid) ?? { kind: 'hidden' };
}

/**
 * Reads `/proc/<pid>/stat`: after the name in parentheses, which may hold anything, come the state
 * (field 3), the count of threads (20) and the start time in ticks since boot (22).
 *
 * Source: proc_pid_stat(5).
 */
function readStat(sources: ProcessSources, pid: number): Sight | undefined {
  let text: string;
  try {
    text = sources.readText(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startedAt] = [fields[0], fields[17], fields[19]];
  if (state === undefined || threads === undefined || startedAt === undefined) return undefined;
  // A killed process stays a zombie until all its threads are gone; a thread that is still inside a
  // write or sync may change files until then.
  const ended = (state === 'Z' || state === 'X') && Number(threads) <= 1;
  return ended ? { kind: 'gone' } : { kind: 'running', startedAt };
}

function startOf(sources: ProcessSources, pid: number): string {
  const seen = readStat(sources, pid);
  return seen?.kind === 'running' ? seen.startedAt : '';
}

const hostOf = (identity: ProcessIdentity): string | undefined => identity.place?.split(' ')[0];

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
