import { on } from 'node:events';
import type { PathLike } from 'node:fs';
import type { Gate } from './gate.js';
import { checkAborted, optionsOf } from './options.js';

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
