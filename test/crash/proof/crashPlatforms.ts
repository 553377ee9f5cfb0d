import type { FileSystem } from '../../../harness/faults/fileSystem/createFileSystem.js';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import type { NodeFs } from '../../../src/node/nodeFs.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Platform } from '../../../src/ports/platform.js';
import type { Processes } from '../../../src/ports/processes.js';
import type { Random } from '../../../src/ports/random.js';
import { fakeChannels } from '../../support/fakeChannels.js';
import { fakeProcesses } from '../../support/fakeProcesses.js';
import { countingRandom } from '../../support/memoryFiles.js';
import { type StoreClock, storeClock } from '../../support/storeClock.js';
import { type Life, promptFs } from './promptFs.js';

/** A machine on which a workload runs, until the power fails. */
export interface WorkMachine {
  readonly clock: StoreClock;
  /** A process that begins now. Those before it count as dead from then on. */
  process(): Platform;
}

/** Makes one over the file system of a recording. */
export function workMachine(fs: FileSystem): WorkMachine {
  const clock = storeClock();
  const random = countingRandom();
  const processes = fakeProcesses('before');
  const channels = fakeChannels();
  let pids = 0;
  return {
    clock,
    process() {
      processes.kill(pids);
      const pid = ++pids;
      return {
        files: nodeFiles(fs as unknown as NodeFs, 'linux'),
        clock,
        random,
        processes: processes.of(pid),
        channels,
        crc32: nodeCrc32,
      };
    },
  };
}

/** When the power comes again. */
const later = Date.UTC(2026, 5, 6, 7, 8, 9);

/** A process after the power came again, until its life is over; everybody else is dead. It makes the same of the same disk. */
export function wokenPlatform(fs: FileSystem, salt: number, life: Life): Platform {
  return {
    files: nodeFiles(promptFs(fs, life), 'linux'),
    clock: restingClock(life),
    random: saltedRandom(salt),
    processes: survivor,
    channels: fakeChannels(),
    crc32: nodeCrc32,
  };
}

/** Every other process died when the power failed. */
const survivor: Processes = {
  self: () => ({ pid: 1, startedAt: '1', bootId: 'after', place: 'anvil' }),
  state: () => 'dead',
};

/** Time passes only for those who sleep, and they don't wait. */
function restingClock(life: Life): Clock {
  let slept = 0;
  return {
    now: () => later + slept,
    elapsed: () => slept,
    async sleep(delay) {
      slept += delay;
    },
    after: () => () => undefined,
    soon: (action) =>
      void setImmediate(() => {
        if (!life.isOver) action();
      }),
  };
}

/**
 * Bytes that depend on the disk found, so that a recovery repeats exactly, and that none before it
 * on the same disk drew.
 */
function saltedRandom(salt: number): Random {
  let drawn = 0;
  return {
    bytes(count) {
      const bytes = Buffer.alloc(count);
      const text = nodeCrc32(
        Buffer.from(`${salt} ${++drawn}`),
        0,
        String(`${salt} ${drawn}`).length,
      );
      for (let at = 0; at < count; at++) bytes[at] = (text >>> (8 * (at % 4))) + 31 * (at >> 2);
      return bytes;
    },
    fraction: () => 0.5,
  };
}
