import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Files } from '../../../src/ports/files.js';
import type { Platform } from '../../../src/ports/platform.js';

/** A clock on which nobody waits: whoever sleeps finds the time gone by. */
export function promptClock(): Clock {
  let elapsed = 0;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => Date.UTC(2026, 0, 2) + elapsed,
    elapsed: () => elapsed,
    async sleep(delay) {
      elapsed += delay;
      const due = timers.filter(({ at }) => at <= elapsed);
      timers = timers.filter(({ at }) => at > elapsed);
      for (const { action } of due) action();
    },
    after(delay, action) {
      const timer = { at: elapsed + delay, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    soon: (action) => void setImmediate(action),
  };
}

/** A process of its own on a machine where every other has died. */
export function imagePlatform(files: Files, pid: number): Platform {
  let given = 0;
  return {
    files,
    clock: promptClock(),
    random: {
      bytes(count) {
        const bytes = new Uint8Array(count).fill(pid);
        new DataView(bytes.buffer).setUint32(0, ++given);
        return bytes;
      },
      fraction: () => 0.5,
    },
    processes: {
      self: () => ({ pid, startedAt: String(pid), bootId: 'boot', place: 'here' }),
      state: (of) => (of.pid === pid ? 'alive' : 'dead'),
    },
    channels: {
      listen: async (folder) => ({ address: `${folder}/guests`, close: async () => undefined }),
      connect: async (address) => {
        throw Object.assign(new Error(`connect ECONNREFUSED ${address}`), {
          code: 'ECONNREFUSED',
        });
      },
    },
    crc32: nodeCrc32,
  };
}
