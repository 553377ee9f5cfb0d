import { Volume } from 'memfs';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../../src/node/nodeFiles.js';
import type { NodeFs } from '../../../../src/node/nodeFs.js';
import { nodeRandom } from '../../../../src/node/nodeRandom.js';
import type { Platform } from '../../../../src/ports/platform.js';
import { type FakeChannels, fakeChannels } from '../../../support/fakeChannels.js';
import { type FakeProcesses, fakeProcesses } from '../../../support/fakeProcesses.js';
import { type StoreClock, storeClock } from '../../../support/storeClock.js';

/** One imagined machine with an empty folder `/store`. */
export interface SharedPlace {
  readonly clock: StoreClock;
  readonly channels: FakeChannels;
  readonly processes: FakeProcesses;
  readonly dir: string;
  /** The machine as the process with this pid sees it. */
  platform(pid: number): Platform;
}

/** Makes one. */
export function sharedPlace(): SharedPlace {
  const clock = storeClock();
  const channels = fakeChannels();
  const processes = fakeProcesses();
  const files = nodeFiles(Volume.fromJSON({ '/store/here': '' }) as unknown as NodeFs);
  return {
    clock,
    channels,
    processes,
    dir: '/store',
    platform: (pid) => ({
      files,
      clock,
      channels,
      random: nodeRandom(),
      processes: processes.of(pid),
      crc32: nodeCrc32,
    }),
  };
}
