import type { SweepClock, SweepWorld } from '../../../harness/property/index.js';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import type { NodeFs } from '../../../src/node/nodeFs.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Platform } from '../../../src/ports/platform.js';
import { fakeChannels } from '../../support/fakeChannels.js';
import { fakeProcesses } from '../../support/fakeProcesses.js';
import { countingRandom } from '../../support/memoryFiles.js';

/** A machine for one run of a sweep: its processes die when the next one begins. */
export class SweepMachine {
  private readonly processes = fakeProcesses();
  private readonly random = countingRandom();
  private pid = 0;

  /** The platform of a process that begins now; the one before is gone. */
  process(fs: SweepWorld['fs'], clock: Clock): Platform {
    if (this.pid > 0) this.processes.kill(this.pid);
    this.pid++;
    return {
      files: nodeFiles(fs as unknown as NodeFs),
      clock,
      random: this.random,
      processes: this.processes.of(this.pid),
      channels: fakeChannels(),
      crc32: nodeCrc32,
    };
  }
}

const startsAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** The clock of a sweep, as a store sees it: it jumps when nothing else moves. */
export function clockOf(clock: SweepClock): Clock {
  return {
    now: () => startsAt + clock.now(),
    elapsed: clock.now,
    sleep: clock.sleep,
    after: (delay, action) => {
      const timer = clock.setTimeout(action, delay);
      return () => clock.clearTimeout(timer);
    },
    soon: (action) => void setImmediate(action),
  };
}
