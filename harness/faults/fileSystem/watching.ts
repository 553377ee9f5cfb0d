import { EventEmitter, on } from 'node:events';
import type { PathLike, Stats, StatWatcher } from 'node:fs';
import type { Core } from './core.js';
import type { Gate } from './gate.js';
import { checkAborted, optionsOf } from './options.js';
import { pathText } from './syscalls.js';

/** `fs.watch`: one `watch`, whose watcher is the backend's own. */
export function watchSync(gate: Gate, path: PathLike, ...rest: unknown[]) {
  const [given, listener] = typeof rest[0] === 'function' ? [undefined, rest[0]] : rest;
  const watcher = gate.sync('watch', [path, optionsOf(given)]);
  if (typeof listener === 'function') watcher.on('change', listener as () => void);
  return watcher;
}

/** `fs.promises.watch`: the watcher's events one by one, until its signal is aborted. */
export async function* watchAsync(gate: Gate, path: PathLike, given: unknown) {
  const { signal, ...options } = optionsOf(given);
  checkAborted(signal);
  const watcher = gate.sync('watch', [path, options]);
  const how = { ...(signal === undefined ? undefined : { signal: signal as AbortSignal }) };
  try {
    for await (const [eventType, filename] of on(watcher, 'change', how)) {
      yield { eventType, filename };
    }
  } finally {
    watcher.close();
  }
}

/** What a path looks like to a StatWatcher while nothing is there: every number 0. */
function absentStats(like: Stats): Stats {
  const stats = Object.assign(Object.create(Object.getPrototypeOf(like)), like);
  for (const key of Object.keys(stats)) stats[key] = typeof stats[key] === 'bigint' ? 0n : 0;
  for (const key of ['atime', 'mtime', 'ctime', 'birthtime']) stats[key] = new Date(0);
  return stats;
}

export { absentStats, type Core, EventEmitter, pathText, type StatWatcher };
