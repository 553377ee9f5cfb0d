import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import type { LogPosition } from '../engine/seam.js';
import { FlakehoundError } from '../errors.js';

/** The log of a store that was opened to be read: it takes nothing, and changes no file. */
export function readOnlyLog(dir: string, position: LogPosition, why: string): WriteAheadLog {
  const refuse = (): never => {
    throw new FlakehoundError('STORE_READ_ONLY', `the store in ${dir} takes no writes: ${why}`, {
      hint: 'open it with another mode to write to it',
    });
  };
  return {
    durable: position.lsn,
    position,
    state: 'readOnly',
    written: 0,
    counters: { commits: 0, records: 0, poisoned: 0 },
    sizes: { used: 0, allocated: 0, pending: 0, segments: 0 },
    group: refuse,
    room: () => undefined,
    quiet: async () => undefined,
    rotate: async () => refuse(),
    release: async () => undefined,
    revive: async () => refuse(),
    close: async () => undefined,
  };
}
