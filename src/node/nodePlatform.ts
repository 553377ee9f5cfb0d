import type { Platform } from '../ports/platform.js';
import { nodeChannels } from './nodeChannels.js';
import { nodeClock } from './nodeClock.js';
import { nodeCrc32 } from './nodeCrc32.js';
import { nodeFiles } from './nodeFiles.js';
import { nodeProcesses } from './nodeProcesses.js';
import { nodeRandom } from './nodeRandom.js';

/** This machine as the store sees it, but for the parts that are given. */
export function nodePlatform(given: Partial<Platform> = {}): Platform {
  return {
    files: given.files ?? nodeFiles(),
    clock: given.clock ?? nodeClock(),
    random: given.random ?? nodeRandom(),
    processes: given.processes ?? nodeProcesses(),
    channels: given.channels ?? nodeChannels(),
    crc32: given.crc32 ?? nodeCrc32,
  };
}
